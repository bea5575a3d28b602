/**
 * The byte ranges of a zip's files. A zip with overlapping files decompresses the same bytes again and again: a few
 * kilobytes become terabytes, even at deflate's normal ratio. Takes 16 bytes of memory a file.
 */
export class Extents {
  #starts = new Float64Array(1_024);
  #ends = new Float64Array(1_024);
  #count = 0;

  /** Adds the range of a file, `end` exclusive, of at least one byte. */
  add(start: number, end: number): void {
    if (this.#count === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
    }
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#count++;
  }

  /** Sorts the ranges; call it once, after the last `add`. */
  finish(): void {
    // Starts and ends are sorted separately: without overlaps both have the same order.
    this.#starts = this.#starts.subarray(0, this.#count).sort();
    this.#ends = this.#ends.subarray(0, this.#count).sort();
  }

  /** Whether any two files share a byte. */
  overlap(): boolean {
    for (let at = 1; at < this.#count; at++) {
      if ((this.#ends[at - 1] as number) > (this.#starts[at] as number)) return true; // safe: `at` is below the count
    }
    return false;
  }

  /** Returns the start of the next file after `start`; Infinity after the last. */
  nextAfter(start: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) > start)
        high = middle; // safe: the middle is below the count
      else low = middle + 1;
    }
    return this.#starts[low] ?? Number.POSITIVE_INFINITY;
  }
}

function doubled(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
