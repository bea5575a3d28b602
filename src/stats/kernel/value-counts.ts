import { type Bytes, int4 } from './packed-chatters.ts';

/** A value, and how many messages have it. */
export type Counted = { readonly value: string; readonly posts: number };

/** From this hour of a day, inclusive, to another, exclusive: 0 to 24. */
export type Hours = { readonly from: number; readonly to: number };

/**
 * Sums numbers of messages by value. Values are compared as bytes in UTF-8: of the hundreds of thousands of words of a
 * month's days only the first few become strings.
 */
export class ValueCounts {
  /** The bytes of all values, one behind the other, and where each ends. */
  #bytes = new Uint8Array(1 << 16);
  #ends = new Int32Array(1 << 12);
  #posts = new Float64Array(1 << 12);
  #size = 0;
  /** A table with open addressing, at most half full: the number of a value, from 1 on; 0 where there is none. */
  #table = new Int32Array(1 << 13);
  #hashes = new Int32Array(1 << 12);

  /**
   * Adds the tally of a day, as `dayTalliesOf` packs it. `hours`: when only those of `within` count, else null. `sign`:
   * 1, or -1 to take them away.
   */
  addDay(tally: Bytes, hours: Bytes | null, within: Hours, sign: number): void {
    const reader = hours && new HoursReader(hours, within);
    for (let at = 0; at < tally.length; ) {
      const start = at;
      let hash = seed;
      for (let byte = tally[at] ?? 0; byte !== 0; byte = tally[at] ?? 0) {
        hash = Math.imul(hash ^ byte, 0x01000193);
        at += 1;
      }
      const end = at;
      let posts = tally[end + 1] ?? 0;
      at = end + 2;
      if (posts === 255) {
        posts = int4(tally, at);
        at += 4;
      }
      const counted = reader === null ? posts : reader.count(posts);
      if (counted !== 0) this.#add(tally, start, end, hash, sign * counted);
    }
  }

  /** Adds numbers of messages by value; the lists are in one order. */
  addList(values: readonly string[], posts: readonly number[]): void {
    const bytes = Buffer.from(values.join('\0'));
    let at = 0;
    for (let nth = 0; nth < values.length; nth += 1) {
      const start = at;
      let hash = seed;
      for (let byte = bytes[at] ?? 0; byte !== 0; byte = bytes[at] ?? 0) {
        hash = Math.imul(hash ^ byte, 0x01000193);
        at += 1;
      }
      this.#add(bytes, start, at, hash, posts[nth] ?? 0);
      at += 1;
    }
  }

  /** The number of messages that have a value. */
  of(value: string): number {
    const bytes = Buffer.from(value);
    let hash = seed;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    const number = this.#table[this.#place(bytes, 0, bytes.length, hash)] ?? 0;
    return number === 0 ? 0 : (this.#posts[number - 1] ?? 0);
  }

  /** The values with the most messages, at most so many; equal numbers by code point. Values without messages are left out. */
  top(most: number): readonly Counted[] {
    let found: number[] = [];
    /** Fewer messages than this are not enough. */
    let least = 1;
    const sort = () => {
      found = found.sort((a, b) => this.#compare(a, b)).slice(0, most);
    };
    for (let number = 0; number < this.#size; number += 1) {
      if ((this.#posts[number] ?? 0) < least) continue;
      found.push(number);
      if (found.length < 2 * most + 1_000) continue;
      sort();
      least = this.#posts[found.at(-1) ?? 0] ?? 1;
    }
    sort();
    return found.map((number) => ({
      value: Buffer.from(this.#bytesOf(number)).toString(),
      posts: this.#posts[number] ?? 0,
    }));
  }

  #compare(a: number, b: number): number {
    return (
      (this.#posts[b] ?? 0) - (this.#posts[a] ?? 0) || Buffer.compare(this.#bytesOf(a), this.#bytesOf(b))
    );
  }

  #bytesOf(number: number): Uint8Array {
    return this.#bytes.subarray(number === 0 ? 0 : this.#ends[number - 1], this.#ends[number]);
  }

  #add(bytes: Bytes, start: number, end: number, hash: number, posts: number): void {
    const place = this.#place(bytes, start, end, hash);
    const number = this.#table[place] ?? 0;
    if (number !== 0) {
      this.#posts[number - 1] = (this.#posts[number - 1] ?? 0) + posts;
      return;
    }
    const [size, begin] = [this.#size, this.#size === 0 ? 0 : (this.#ends[this.#size - 1] ?? 0)];
    this.#makeRoom(begin + end - start);
    for (let at = start; at < end; at += 1) this.#bytes[begin + at - start] = bytes[at] ?? 0;
    this.#ends[size] = begin + end - start;
    this.#posts[size] = posts;
    this.#hashes[size] = hash;
    this.#size = size + 1;
    this.#table[place] = size + 1;
    if (2 * this.#size >= this.#table.length) this.#growTable();
  }

  /** The place of a value in the table, or where it would be. */
  #place(bytes: Bytes, start: number, end: number, hash: number): number {
    const [table, hashes, ends, own] = [this.#table, this.#hashes, this.#ends, this.#bytes];
    const mask = table.length - 1;
    let place = placeOf(hash) & mask;
    for (let number = table[place] ?? 0; number !== 0; number = table[place] ?? 0) {
      if (hashes[number - 1] === hash) {
        const begin = number === 1 ? 0 : (ends[number - 2] ?? 0);
        let length = end - start;
        if ((ends[number - 1] ?? 0) - begin === length) {
          while (length > 0 && own[begin + length - 1] === bytes[start + length - 1]) length -= 1;
          if (length === 0) return place;
        }
      }
      place = (place + 1) & mask;
    }
    return place;
  }

  #makeRoom(bytes: number): void {
    if (bytes > this.#bytes.length) {
      const more = new Uint8Array(2 * bytes);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    if (this.#size < this.#ends.length) return;
    const [ends, hashes] = [new Int32Array(2 * this.#size), new Int32Array(2 * this.#size)];
    const posts = new Float64Array(2 * this.#size);
    ends.set(this.#ends);
    hashes.set(this.#hashes);
    posts.set(this.#posts);
    [this.#ends, this.#hashes, this.#posts] = [ends, hashes, posts];
  }

  #growTable(): void {
    const table = new Int32Array(4 * this.#table.length);
    const mask = table.length - 1;
    for (let number = 0; number < this.#size; number += 1) {
      let place = placeOf(this.#hashes[number] ?? 0) & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = number + 1;
    }
    this.#table = table;
  }
}

/** Nobody can choose words whose hashes (FNV-1a) are equal: each process begins with another number. */
const seed = Math.floor(Math.random() * 2 ** 32) | 0;

/** Spreads a hash over the low bits. */
const placeOf = (hash: number) => hash ^ (hash >>> 15);

/** Reads the hours of a day's values, in their order. */
class HoursReader {
  readonly #bytes: Bytes;
  readonly #within: Hours;
  #at = 0;

  constructor(bytes: Bytes, within: Hours) {
    this.#bytes = bytes;
    this.#within = within;
  }

  /** How many messages of the next value are within the hours. `posts`: of the whole day. */
  count(posts: number): number {
    const { from, to } = this.#within;
    let [left, counted] = [posts, 0];
    while (left > 0 && this.#at < this.#bytes.length) {
      const code = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      let hour = code - 216;
      let used = 0;
      if (code < 216) {
        hour = code % 24;
        used = 1 + (code - hour) / 24;
      } else {
        used = int4(this.#bytes, this.#at);
        this.#at += 4;
      }
      left -= used;
      if (hour >= from && hour < to) counted += used;
    }
    return counted;
  }
}
