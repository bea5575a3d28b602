/** The position of a tweet's JSON in its run. */
export type Span = { readonly offset: number; readonly length: number };

/** The index entry of a tweet. */
type RunEntry = Span & {
  readonly id: string;
  readonly createdAt: number;
  /** Of two copies of a tweet, the heavier one is kept. */
  readonly weight: number;
};

/** Bytes of an entry: 8 each for id, time and offset, 4 each for length and weight. */
export const entryBytes = 32;

/**
 * Entries in one block of memory: a million take 32 MB, a tenth of what objects would take. Numbers are in this
 * machine's byte order, since the spool never leaves it.
 */
export class RunIndex {
  readonly bytes: Buffer;
  readonly #ids: BigUint64Array;
  readonly #doubles: Float64Array;
  readonly #words: Uint32Array;

  /** Makes room for `count` entries, or uses the entries in `memory`. */
  constructor(
    readonly count: number,
    memory: ArrayBufferLike = new ArrayBuffer(count * entryBytes),
  ) {
    this.bytes = Buffer.from(memory);
    this.#ids = new BigUint64Array(memory);
    this.#doubles = new Float64Array(memory);
    this.#words = new Uint32Array(memory);
  }

  write(place: number, entry: RunEntry): void {
    this.#ids[place * 4] = BigInt(entry.id);
    this.#doubles[place * 4 + 1] = entry.createdAt;
    this.#doubles[place * 4 + 2] = entry.offset;
    this.#words[place * 8 + 6] = entry.length;
    this.#words[place * 8 + 7] = entry.weight;
  }

  /** Returns the id of a tweet. */
  idAt(place: number): string {
    return String(this.#ids[place * 4]);
  }

  /** Returns the position of a tweet's JSON in its run. */
  spanAt(place: number): Span {
    return { offset: this.#double(place * 4 + 2), length: this.#word(place * 8 + 6) };
  }

  /**
   * Returns the entries in order of time, then id, with one entry per id: the heaviest, and among equals the last.
   * Leaves out the ids in `superseded`.
   */
  settle(superseded: ReadonlySet<string>): RunIndex {
    const byId = (a: number, b: number) => this.#compareIds(a, b);
    const byTime = (a: number, b: number) => this.#double(a * 4 + 1) - this.#double(b * 4 + 1);
    const byWeight = (a: number, b: number) => this.#word(a * 8 + 7) - this.#word(b * 8 + 7);

    const order = Uint32Array.from({ length: this.count }, (_, place) => place);
    order.sort((a, b) => byId(a, b) || byWeight(a, b) || a - b);
    let kept = 0;
    for (let at = 0; at < order.length; at++) {
      const place = order[at] as number; // safe: at is below the length
      const next = order[at + 1];
      if (next !== undefined && byId(place, next) === 0) continue;
      if (superseded.size > 0 && superseded.has(this.idAt(place))) continue;
      order[kept++] = place;
    }
    const chosen = order.subarray(0, kept).sort((a, b) => byTime(a, b) || byId(a, b));

    const settled = new RunIndex(kept);
    chosen.forEach((from, to) => {
      this.bytes.copy(settled.bytes, to * entryBytes, from * entryBytes, (from + 1) * entryBytes);
    });
    return settled;
  }

  /** Compares halves: a 64-bit number would be allocated as an object each time. */
  #compareIds(a: number, b: number): number {
    return (
      this.#word(a * 8 + highHalf) - this.#word(b * 8 + highHalf) ||
      this.#word(a * 8 + 1 - highHalf) - this.#word(b * 8 + 1 - highHalf)
    );
  }

  #double(at: number): number {
    return this.#doubles[at] as number; // safe: callers stay below the count
  }

  #word(at: number): number {
    return this.#words[at] as number; // safe: callers stay below the count
  }
}

/** Index of an id's high word in this machine's byte order. */
const highHalf = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
