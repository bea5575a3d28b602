/** Is told what the API does, for whoever counts it. */
export type Meter = {
  /** An operation ended, or a subscription began. */
  operation(done: DoneOperation): void;
  /** A mutation's field ended: `ok`, or the code of its error. */
  mutation(field: string, outcome: string): void;
  /** A caller was refused because of a rate limit, or because too much was under way. */
  rateLimited(): void;
};

export type DoneOperation = {
  /** Its name when it is a registered one; null for all others. */
  readonly name: string | null;
  /** `unknown` of what is no valid document. */
  readonly kind: 'query' | 'mutation' | 'subscription' | 'unknown';
  /** `ok`, or the code of its first error. */
  readonly outcome: string;
  /** How long it ran; null when it did not run to an end: a subscription, or a refusal. */
  readonly seconds: number | null;
};

/** Counts nothing. */
export const noMeter: Meter = { operation() {}, mutation() {}, rateLimited() {} };
