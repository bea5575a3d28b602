/**
 * Records what an answer read from the store: the versions of these streams tell how long the answer stays valid.
 * Each HTTP request has one, which the operations of a batch share. Code that hands rows to resolvers records them
 * here.
 */
export type Reads = {
  /** Records that a field of Query is resolved. */
  ask(): void;
  /**
   * The answer depends on this stream: on its row, its posts or their counts. `version` is the version of the row
   * when it was read.
   */
  stream(streamId: number, version?: number): void;
  /** The answer depends on which streams there are, or on the names by which they are found. */
  registry(): void;
  /** The answer depends on the posts or rows of all streams. */
  all(): void;
  /** The answer depends on the clock, and may be kept for `ms` milliseconds. */
  keep(ms: number): void;
  /** The answer shows something without a version, such as jobs: it is never kept. */
  never(): void;
};

/** Why an answer is not kept: it has errors, the store is away, or this caller may ask for no more. */
type Failure = 'errors' | 'store away' | 'refused';

/** Receives a version that was read from the store. */
export type Learn = (streamId: number, version: number) => void;

/** The record of one request. */
export class RecordedReads implements Reads {
  readonly streams = new Set<number>();
  ofRegistry = false;
  ofAll = false;
  /** Milliseconds; infinite for an answer that does not depend on the clock. */
  keepMs = Number.POSITIVE_INFINITY;
  isNever = false;
  /** Whether a field of Query was resolved. Introspection and `__typename` resolve none. */
  isAsked = false;
  failure: Failure | null = null;
  readonly #learn: Learn;

  /** `learn` is called with the version of each row that was read. */
  constructor(learn: Learn = () => {}) {
    this.#learn = learn;
  }

  ask(): void {
    this.isAsked = true;
  }

  stream(streamId: number, version?: number): void {
    this.streams.add(streamId);
    if (version !== undefined) this.#learn(streamId, version);
  }

  registry(): void {
    this.ofRegistry = true;
  }

  all(): void {
    this.ofAll = true;
  }

  keep(ms: number): void {
    if (ms < this.keepMs) this.keepMs = Math.max(ms, 0);
  }

  never(): void {
    this.isNever = true;
  }

  /** Notes errors in the answer. */
  fail(failure: Failure): void {
    if (this.failure === null || this.failure === 'errors') this.failure = failure;
  }

  /** Whether all that the answer depends on is known: it resolved no field of Query, or its reads were recorded. */
  get isKnown(): boolean {
    if (this.isNever) return false;
    return !this.isAsked || this.ofAll || this.ofRegistry || this.streams.size > 0;
  }
}
