/** 16 KB fits in a core's cache, unlike tables of words. Ten thousand words fill 7 % of it. */
const bitCount = 1 << 17;

/**
 * A map of words that looks words up inside a text without slicing them out. A Bloom filter with one hash rejects most
 * words that are not in the map. The rest are found by the same hash in a table and compared letter by letter. V8's Map
 * needs a new string for each look-up, and four memory reads to find nothing.
 */
export class WordMap<Value> {
  readonly #bits = new Int32Array(bitCount / 32);
  /** Hash table with linear probing: a word's number plus one, or 0. At most a quarter is filled. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #values: readonly Value[];
  /** All words in one array, and the start of each; the last entry is the end. */
  readonly #letters: Uint16Array;
  readonly #starts: Int32Array;

  constructor(values: ReadonlyMap<string, Value>) {
    const words = [...values.keys()];
    this.#values = [...values.values()];
    this.#letters = new Uint16Array(words.reduce((sum, word) => sum + word.length, 0));
    this.#starts = new Int32Array(words.length + 1);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(4 * words.length + 4)));
    this.#mask = this.#slots.length - 1;
    let end = 0;
    for (const [at, word] of words.entries()) {
      for (let index = 0; index < word.length; index++) this.#letters[end++] = word.charCodeAt(index);
      this.#starts[at + 1] = end;
      const hash = hashOf(word, 0, word.length, false);
      const bit = hash & (bitCount - 1);
      this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] as number) | (1 << bit); // safe: there are as many bits
      let slot = hash & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = at + 1;
    }
  }

  /**
   * The value of the word from `start` to `end`; undefined when the map does not have it. `isLowered`: capitals A to Z
   * match small letters.
   */
  get(text: string, start: number, end: number, isLowered = false): Value | undefined {
    const hash = hashOf(text, start, end, isLowered);
    const bit = hash & (bitCount - 1);
    if (((this.#bits[bit >>> 5] as number) & (1 << bit)) === 0) return undefined; // safe: there are as many bits
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const number = this.#slots[slot] as number; // safe: the mask keeps it below the length
      if (number === 0) return undefined;
      if (this.#isWord(number - 1, text, start, end, isLowered)) return this.#values[number - 1];
    }
  }

  #isWord(number: number, text: string, start: number, end: number, isLowered: boolean): boolean {
    const letters = this.#letters;
    const first = this.#starts[number] as number; // safe: each word has a start and an end
    if ((this.#starts[number + 1] as number) - first !== end - start) return false;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (letters[first + at - start] !== (isLowered ? small(code) : code)) return false;
    }
    return true;
  }
}

const small = (code: number) => (code >= 65 && code <= 90 ? code | 32 : code);

/** FNV-1a (Fowler, Noll and Vo) over UTF-16 units. */
function hashOf(text: string, start: number, end: number, isLowered: boolean): number {
  let hash = 0x811c9dc5 | 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    hash = Math.imul(hash ^ (isLowered ? small(code) : code), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
