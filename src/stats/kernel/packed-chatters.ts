/**
 * Chatters of a stretch of a UTC day, as `packedChattersOf` packs them; what was not asked for is null. Bytes come as base64: the
 * hexadecimal digits that Postgres writes of them otherwise take half as many again, and twice as long to read.
 */
export type PackedChatters = {
  readonly chatters: number;
  readonly ids: string | null;
  readonly names: readonly string[] | null;
  readonly counts: string | null;
  readonly quarters: string | null;
  readonly marks: string | null;
};

/** Quarter-hours of a day. */
export const quartersOfDay = 96;

/** Bytes of ids and quarter-hours, of which each is read by its place. */
type Bytes = Buffer | Uint8Array;

/**
 * Gives chatters numbers, from 0 up in the order in which they are first seen: what is noted of each then stands in an array. Ids are
 * looked up in a table with open addressing: there are millions to look up, and a Map of numbers takes several times as long.
 */
export class ChatterNumbers {
  /** An id, 0 where there is none, and behind it its number; a power of two of such pairs. */
  #pairs = new Int32Array(2 * (1 << 14));
  /** Ids of more than 32 bits, of which there are none on Twitch yet, and names. */
  readonly #others = new Map<number | string, number>();
  #size = 0;

  /** How many have a number. */
  get size(): number {
    return this.#size;
  }

  /** The numbers of all chatters of a stretch, in its order. `ids`: as it has them. */
  of({ chatters, names }: Pick<PackedChatters, 'chatters' | 'names'>, ids: Bytes): Int32Array {
    const numbers = new Int32Array(chatters);
    const width = ids[0] ?? 1;
    const byte = (offset: number) => ids[offset] ?? 0;
    let at = 0;
    for (let id = 0, offset = 1; offset < ids.length; offset += width, at += 1) {
      if (width === 1) id += byte(offset);
      else if (width === 2) id += (byte(offset) << 8) | byte(offset + 1);
      else if (width === 3) id += (byte(offset) << 16) | (byte(offset + 1) << 8) | byte(offset + 2);
      else
        for (let nth = 0, gap = 0; nth < width; nth += 1) {
          gap = gap * 256 + byte(offset + nth);
          if (nth === width - 1) id += gap;
        }
      numbers[at] = this.#ofId(id);
    }
    for (const name of names ?? []) {
      numbers[at] = this.#ofOther(name);
      at += 1;
    }
    return numbers;
  }

  /** The number of an author's id, as `authors.author_id` has it. */
  ofAuthor(id: string): number {
    return isNumber.test(id) ? this.#ofId(Number(id)) : this.#ofOther(id);
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

/** Where the pair of an id stands, or would. */
function placeIn(pairs: Int32Array, id: number): number {
  const mask = pairs.length - 2;
  // Neighbours are spread: the upper bits of the product depend on all of the id's.
  let place = (Math.imul(id, 0x9e3779b1) >>> 6) & mask;
  for (let there = pairs[place]; there !== 0 && there !== id; there = pairs[place])
    place = (place + 2) & mask;
  return place;
}

const isNumber = /^[1-9][0-9]{0,14}$/;

/** Whole numbers for each chatter, so many each, 0 at first. */
export class Notes {
  values = new Int32Array(1 << 12);
  readonly #each: number;

  constructor(each = 1) {
    this.#each = each;
  }

  /** The same with room for so many chatters; those of chatter n begin at n times how many each has. */
  of(chatters: number): Int32Array {
    const length = chatters * this.#each;
    if (this.values.length < length) {
      const more = new Int32Array(2 * length);
      more.set(this.values);
      this.values = more;
    }
    return this.values;
  }
}
