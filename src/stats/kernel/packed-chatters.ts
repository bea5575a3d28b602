/**
 * Chatters of a part of a UTC day, packed by `packedChattersOf`; null for what was not requested. Bytes come as base64:
 * Postgres's hexadecimal digits are half as long again and take twice as long to read.
 */
export type PackedChatters = {
  readonly chatters: number;
  readonly ids: string | null;
  readonly names: readonly string[] | null;
  readonly counts: string | null;
  readonly quarters: string | null;
  /** The marks of each chatter, or the numbers of messages. */
  readonly values: string | null;
  /** The same of each quarter-hour. */
  readonly quarter_values: string | null;
};

/** Quarter-hours of a day. */
export const quartersOfDay = 96;

/** Bytes of ids and quarter-hours, read by position. */
export type Bytes = Buffer | Uint8Array;

/** The ids of a stretch, read in ascending order. */
export class PackedIds {
  readonly bytes: Bytes;
  /** The size of a gap between two ids. */
  readonly width: number;
  /** The ids that are no numbers; they come last. */
  readonly names: readonly string[];
  /** Where the gap behind the last id that was read begins. */
  offset = 1;
  /** The last id that was read. */
  last = 0;

  constructor(bytes: Bytes, names: readonly string[] | null) {
    this.bytes = bytes;
    this.width = bytes[0] ?? 1;
    this.names = names ?? [];
  }

  /** Back to the first id. */
  rewind(): void {
    [this.offset, this.last] = [1, 0];
  }

  /** How many ids are numbers. */
  get length(): number {
    return (this.bytes.length - 1) / this.width;
  }

  /** The positions of some ids, by id; those that are not there are left out. `numbers`: ascending. */
  find(numbers: readonly number[], names: readonly string[]): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    const { bytes, width } = this;
    let next = 0;
    for (
      let offset = 1, id = 0, at = 0;
      offset < bytes.length && next < numbers.length;
      offset += width, at += 1
    ) {
      id += gapAt(bytes, offset, width);
      while ((numbers[next] ?? Number.POSITIVE_INFINITY) < id) next += 1;
      if (numbers[next] === id) found.set(String(id), at);
    }
    for (const name of names) {
      const at = this.names.indexOf(name);
      if (at >= 0) found.set(name, this.length + at);
    }
    return found;
  }

  /** Some of the ids, ascending: each nth. */
  sample(nth: number): readonly number[] {
    const sampled: number[] = [];
    const { bytes, width } = this;
    for (let offset = 1, id = 0, at = 1; offset < bytes.length; offset += width, at += 1) {
      id += gapAt(bytes, offset, width);
      if (at % nth === 0) sampled.push(id);
    }
    return sampled;
  }
}

/** Ids of authors in any order, as a stretch has them. */
export function packIds(ids: readonly string[]): PackedIds {
  const names: string[] = [];
  const all = new Float64Array(ids.length);
  let count = 0;
  for (const id of ids) {
    const number = numberOf(id);
    if (number === 0) names.push(id);
    else {
      all[count] = number;
      count += 1;
    }
  }
  const numbers = all.subarray(0, count).sort();
  const width = (numbers.at(-1) ?? 0) <= 0xffffffff ? 4 : 7;
  const bytes = new Uint8Array(1 + width * count);
  bytes[0] = width;
  for (let at = 0, last = 0, offset = 1; at < count; at += 1, offset += width) {
    const id = numbers[at] ?? 0;
    let gap = id - last;
    for (let byte = offset + width - 1; byte >= offset && gap > 0; byte -= 1, gap = Math.floor(gap / 256))
      bytes[byte] = gap % 256;
    last = id;
  }
  return new PackedIds(bytes, names);
}

function gapAt(bytes: Bytes, offset: number, width: number): number {
  const first = bytes[offset] ?? 0;
  if (width === 1) return first;
  const second = (first << 8) | (bytes[offset + 1] ?? 0);
  if (width === 2) return second;
  if (width === 3) return (second << 8) | (bytes[offset + 2] ?? 0);
  let gap = 0;
  for (let at = offset; at < offset + width; at += 1) gap = gap * 256 + (bytes[at] ?? 0);
  return gap;
}

/**
 * Numbers chatters from 0 in the order in which they are first seen, so that their data fits in arrays. Ids are looked
 * up in a table with open addressing: there are millions of look-ups, and a Map of numbers takes several times as long.
 */
export class ChatterNumbers {
  /** An id, 0 where there is none, and behind it its number; a power of two of such pairs. */
  #pairs = new Int32Array(2 * (1 << 12));
  /** Ids of more than 32 bits, of which there are none on Twitch yet, and names. */
  readonly #others = new Map<number | string, number>();
  #size = 0;

  /** How many chatters have a number. */
  get size(): number {
    return this.#size;
  }

  /** Takes all numbers back. */
  clear(): void {
    this.#pairs.fill(0);
    this.#others.clear();
    this.#size = 0;
  }

  /**
   * Reads the next ids of a stretch, as long as they are below some id, and writes their numbers. Returns how many. Names are read with
   * the last ids: when `below` is Infinity.
   */
  read(ids: PackedIds, below: number, into: Int32Array): number {
    const { bytes, width } = ids;
    let { offset, last } = ids;
    let count = 0;
    for (; offset < bytes.length; offset += width) {
      const id = last + gapAt(bytes, offset, width);
      if (id >= below) break;
      last = id;
      into[count] = this.#ofId(id);
      count += 1;
    }
    ids.offset = offset;
    ids.last = last;
    if (below === Number.POSITIVE_INFINITY) {
      for (const name of ids.names) {
        into[count] = this.#ofOther(name);
        count += 1;
      }
    }
    return count;
  }

  /** The ids of all chatters, by their numbers. */
  ids(): readonly (number | string)[] {
    const ids = new Array<number | string>(this.#size).fill(0);
    const pairs = this.#pairs;
    for (let at = 0; at < pairs.length; at += 2) {
      const id = pairs[at] ?? 0;
      if (id !== 0) ids[pairs[at + 1] ?? 0] = id >>> 0;
    }
    for (const [id, number] of this.#others) ids[number] = id;
    return ids;
  }

  /** The number of an author by `authors.author_id`. */
  ofAuthor(id: string): number {
    const number = numberOf(id);
    return number === 0 ? this.#ofOther(id) : this.#ofId(number);
  }

  #ofOther(key: number | string): number {
    const number = this.#others.get(key) ?? this.#size;
    if (number === this.#size) {
      this.#others.set(key, number);
      this.#size += 1;
    }
    return number;
  }

  #ofId(id: number): number {
    if (id > 0xffffffff) return this.#ofOther(id);
    const pairs = this.#pairs;
    const place = placeIn(pairs, id | 0);
    if (pairs[place] !== 0) return pairs[place + 1] ?? 0;
    pairs[place] = id | 0;
    pairs[place + 1] = this.#size;
    this.#size += 1;
    if (4 * this.#size > pairs.length) this.#grow();
    return this.#size - 1;
  }

  #grow(): void {
    const before = this.#pairs;
    const pairs = new Int32Array(4 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      const id = before[at] ?? 0;
      if (id === 0) continue;
      const place = placeIn(pairs, id);
      pairs[place] = id;
      pairs[place + 1] = before[at + 1] ?? 0;
    }
    this.#pairs = pairs;
  }
}

/** The position of an id's pair, or where it would be. */
function placeIn(pairs: Int32Array, id: number): number {
  const mask = pairs.length - 2;
  // Spreads neighbouring ids: the upper bits of the product depend on all bits of the id.
  let place = (Math.imul(id, 0x9e3779b1) >>> 6) & mask;
  for (let there = pairs[place]; there !== 0 && there !== id; there = pairs[place])
    place = (place + 2) & mask;
  return place;
}

/** An id as a number; 0 when it is none: see `packedChattersOf`. */
export function numberOf(id: string): number {
  if (id.length > 15) return 0;
  let number = 0;
  for (let at = 0; at < id.length; at += 1) {
    const digit = id.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9 || (at === 0 && digit === 0)) return 0;
    number = number * 10 + digit;
  }
  return number;
}

/** Numbers of messages, as `postsCode` has them: the bytes themselves when no number takes more than one. */
export function unpackPosts(bytes: Bytes, length: number): Bytes | Int32Array {
  if (bytes.length === length) return bytes;
  const posts = new Int32Array(length);
  for (let at = 0, offset = 0; at < length; at += 1, offset += 1) {
    const byte = bytes[offset] ?? 0;
    posts[at] = byte < 255 ? byte : int4(bytes, offset + 1);
    if (byte === 255) offset += 4;
  }
  return posts;
}

/** A number of four bytes. */
export const int4 = (bytes: Bytes, offset: number): number =>
  ((bytes[offset] ?? 0) << 24) |
  ((bytes[offset + 1] ?? 0) << 16) |
  ((bytes[offset + 2] ?? 0) << 8) |
  (bytes[offset + 3] ?? 0);

/** A fixed count of integers for each chatter, initially 0. */
export class Notes {
  #values = new Int32Array(1 << 12);
  readonly #each: number;

  constructor(each = 1) {
    this.#each = each;
  }

  /** The values with room for this many chatters. Those of chatter n start at n times the count per chatter. */
  of(chatters: number): Int32Array {
    const length = chatters * this.#each;
    if (this.#values.length < length) {
      const more = new Int32Array(2 * length);
      more.set(this.#values);
      this.#values = more;
    }
    return this.#values;
  }

  clear(): void {
    this.#values.fill(0);
  }
}
