/** Places of one lexeme that Postgres keeps. */
const placesMax = 256;
/** The highest place that Postgres tells: all beyond it are this one. */
const placeMax = 16_383;

const SPACE = 32;
const COLON = 58;

/**
 * The distinct words of a vector in the notation of `searchVector`, each with its places: a hash table over parts of one
 * text, used again for the next, so that no word is a string of its own.
 */
export class LexemeTable {
  /** How many distinct words there are. */
  count = 0;
  #slots = new Int32Array(64);
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);
  #counts = new Int32Array(0);
  #firsts = new Int32Array(0);
  #lasts = new Int32Array(0);
  /** Of each use of a word, its place and the word's next use, or -1. */
  #places = new Int32Array(0);
  #next = new Int32Array(0);
  #uses = 0;

  /** Takes the words of a vector in the place of those before. */
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
    return this.#starts[lexeme] as number; // safe, as below: callers stay below the counts
  }

  endOf(lexeme: number): number {
    return this.#ends[lexeme] as number;
  }

  /** How many places it has. */
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

  /** The number of a word, which is a new one when the vector had none like it so far. */
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

  /** As Postgres reads the notation: each place once, and no more than it keeps. */
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

  /** Empties the table, with room for so many words, and returns how many slots it has: a power of two. */
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
