/** The limits of one request that clients can avoid reaching. */
export type LimitFacts = {
  readonly uploadBytes: number;
  readonly bodyBytes: number;
  readonly depth: number;
  readonly cost: number;
  readonly aliases: number;
  readonly batch: number;
  readonly operationMs: number;
};
