/**
 * Where the files of a zip lie in it. A zip whose files overlap unpacks the same bytes again and again: a few kilobytes
 * become terabytes, although no file is packed more tightly than deflate can. 16 bytes of memory a file.
 */
export class Extents {
  #starts = new Float64Array(1_024);
  #ends = new Float64Array(1_024);
  #count = 0;

  /** Adds a file that takes the bytes from `start` to before `end`; at least one. */
  add(start: number, end: number): void {
    if (this.#count === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
    }
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#count++;
  }

  /** Sorts what was added; nothing may be added afterwards. */
  finish(): void {
    // Apart from each other: where nothing overlaps, the files are in the same order by either.
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

  /** Where the next file after `start` begins; Infinity after the last. */
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
