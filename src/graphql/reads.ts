/**
 * What an answer read of the store: with the versions of these streams it is known how long the answer stays true. One
 * for each HTTP request; the operations of a batch share it. Whatever hands rows to resolvers records them.
 */
export type Reads = {
  /** A field of Query is resolved. */
  ask(): void;
  /**
   * The answer shows something of this stream: of its row, its posts, or of what was counted of them. `version` is that of
   * the row, when it was read.
   */
  stream(streamId: number, version?: number): void;
  /** The answer depends on which streams there are, or on the names by which they are found. */
  registry(): void;
  /** The answer depends on the posts or rows of all streams. */
  all(): void;
  /** The answer depends on the clock, and may be kept for so many milliseconds. */
  keep(ms: number): void;
  /** The answer shows what no version tells of, such as jobs: it is never kept. */
  never(): void;
};

/** Why an answer is not one to keep: errors in it, errors since the store is away, or since this caller may ask no more. */
type Failure = 'errors' | 'store away' | 'refused';

/** Takes a version over that was read of the store. */
export type Learn = (streamId: number, version: number) => void;

/** The record of one request. */
export class RecordedReads implements Reads {
  readonly streams = new Set<number>();
  ofRegistry = false;
  ofAll = false;
  /** Milliseconds; infinite for an answer that does not depend on the clock. */
  keepMs = Number.POSITIVE_INFINITY;
  isNever = false;
  /** Whether a field of Query was resolved: the schema itself and `__typename` need none. */
  isAsked = false;
  failure: Failure | null = null;
  readonly #learn: Learn;

  /** `learn` hears of each version that a row had. */
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

  /** Whether it is known on what the answer depends: it asks for nothing, or what it asked for was recorded. */
  get isKnown(): boolean {
    if (this.isNever) return false;
    return !this.isAsked || this.ofAll || this.ofRegistry || this.streams.size > 0;
  }
}
