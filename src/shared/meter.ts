/** Called with what the API does, to count it. */
export type Meter = {
  /** Called when an operation has ended or a subscription has begun. */
  operation(done: DoneOperation): void;
  /** Called when a mutation's field has ended: `ok`, or the code of its error. */
  mutation(field: string, outcome: string): void;
  /** Called when a caller was refused because of a rate limit or because of overload. */
  rateLimited(): void;
};

export type DoneOperation = {
  /** The name of a registered operation; null for all others. */
  readonly name: string | null;
  /** `unknown` for an invalid document. */
  readonly kind: 'query' | 'mutation' | 'subscription' | 'unknown';
  /** `ok`, or the code of its first error. */
  readonly outcome: string;
  /** How long it ran; null when it did not run to its end: a subscription or a refusal. */
  readonly seconds: number | null;
};

/** Counts nothing. */
export const noMeter: Meter = { operation() {}, mutation() {}, rateLimited() {} };
