/** What one request may ask of this server, of what clients can avoid asking for. */
export type LimitFacts = {
  readonly uploadBytes: number;
  readonly bodyBytes: number;
  readonly depth: number;
  readonly cost: number;
  readonly aliases: number;
  readonly batch: number;
  readonly operationMs: number;
};
