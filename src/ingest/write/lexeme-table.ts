/** Most positions of one lexeme that Postgres keeps. */
const placesMax = 256;
/** The highest position in Postgres; higher ones become this one. */
const placeMax = 16_383;

const SPACE = 32;
const COLON = 58;

/**
 * The distinct words of a vector in the notation of `searchVector`, each with its positions. The hash table refers to
 * parts of one text and is reused for the next, so no word becomes a string of its own.
 */
export class LexemeTable {
  /** Number of distinct words. */
  count = 0;
  #slots = new Int32Array(64);
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);
  #counts = new Int32Array(0);
  #firsts = new Int32Array(0);
  #lasts = new Int32Array(0);
  /** For each use of a word: its position, and the word's next use or -1. */
  #places = new Int32Array(0);
  #next = new Int32Array(0);
  #uses = 0;

  /** Reads the words of a vector and discards the previous ones. */
  read(vector: string): void {
    this.count = 0;
    this.#uses = 0;
    const mask = this.#makeRoom(Math.ceil(vector.length / 4)) - 1;
    for (let at = 0; at < vector.length; at++) {
      if (vector.charCodeAt(at) === SPACE) continue;
      const start = at;
      let hash = 0x811c9dc5 | 0;
      // By FNV-1a (Fowler, Noll and Vo), over UTF-16 units.
      for (
        let code = vector.charCodeAt(at);
        at < vector.length && code !== COLON;
        code = vector.charCodeAt(++at)
      ) {
        hash = Math.imul(hash ^ code, 0x01000193);
      }
      const end = at;
      let place = 0;
      for (
        let code = vector.charCodeAt(++at);
        at < vector.length && code !== SPACE;
        code = vector.charCodeAt(++at)
      ) {
        place = 10 * place + code - 48;
      }
      this.#add(
        this.#find(vector, start, end, (hash ^ (hash >>> 15)) & mask, mask),
        Math.min(place, placeMax),
      );
    }
  }

  startOf(lexeme: number): number {
    return this.#starts[lexeme] as number; // safe, also below: callers stay below the counts
  }

  endOf(lexeme: number): number {
    return this.#ends[lexeme] as number;
  }

  /** Number of its positions. */
  placesOf(lexeme: number): number {
    return this.#counts[lexeme] as number;
  }

  firstUseOf(lexeme: number): number {
    return this.#firsts[lexeme] as number;
  }

  /** The next use of the same word; -1 after the last. */
  useAfter(use: number): number {
    return this.#next[use] as number;
  }

  placeOf(use: number): number {
    return this.#places[use] as number;
  }

  /** The number of a word; a new one when the vector did not have it so far. */
  #find(vector: string, start: number, end: number, hash: number, mask: number): number {
    let slot = hash;
    for (let found = this.#slots[slot] as number; found !== 0; found = this.#slots[slot] as number) {
      if (this.#isWord(found - 1, vector, start, end)) return found - 1;
      slot = (slot + 1) & mask;
    }
    const lexeme = this.count++;
    this.#slots[slot] = lexeme + 1;
    this.#starts[lexeme] = start;
    this.#ends[lexeme] = end;
    this.#counts[lexeme] = 0;
    this.#firsts[lexeme] = -1;
    return lexeme;
  }

  #isWord(lexeme: number, vector: string, start: number, end: number): boolean {
    const first = this.startOf(lexeme);
    if (this.endOf(lexeme) - first !== end - start) return false;
    for (let at = 0; at < end - start; at++) {
      if (vector.charCodeAt(first + at) !== vector.charCodeAt(start + at)) return false;
    }
    return true;
  }

  /** Follows Postgres: each position once, up to its limit. */
  #add(lexeme: number, place: number): void {
    const count = this.placesOf(lexeme);
    const last = this.#lasts[lexeme] as number;
    if (count > 0 && (count === placesMax || this.#places[last] === place)) return;
    const use = this.#uses++;
    this.#places[use] = place;
    this.#next[use] = -1;
    if (count === 0) this.#firsts[lexeme] = use;
    else this.#next[last] = use;
    this.#lasts[lexeme] = use;
    this.#counts[lexeme] = count + 1;
  }

  /** Empties the table, makes room for this many words, and returns the number of slots, a power of two. */
  #makeRoom(words: number): number {
    if (words > this.#starts.length) {
      const room = 2 * words;
      this.#starts = new Int32Array(room);
      this.#ends = new Int32Array(room);
      this.#counts = new Int32Array(room);
      this.#firsts = new Int32Array(room);
      this.#lasts = new Int32Array(room);
      this.#places = new Int32Array(room);
      this.#next = new Int32Array(room);
    }
    let slots = 64;
    while (slots < 2 * words) slots *= 2;
    if (slots > this.#slots.length) this.#slots = new Int32Array(slots);
    else this.#slots.fill(0, 0, slots);
    return slots;
  }
}
