import { ownTurn } from '../../platform/turns.ts';

/** Bytes of an id. */
const idBytes = 16;
const idWords = 4;
/** The number of ids that take a few milliseconds. */
const placesInTurn = 32_768;

/**
 * Returns for each asked id its index in a list of ids, or -1. Both lists are buffers of 16 bytes per id.
 * It uses a hash table of indexes with linear probing, at least twice as long as the list: a Map of strings takes
 * several times as long. It yields to other work.
 */
export async function placesOf(asked: Buffer, ids: Buffer): Promise<Int32Array> {
  const [wanted, listed] = [wordsOf(asked), wordsOf(ids)];
  const size = 2 ** Math.ceil(Math.log2(ids.length / idBytes + 1) + 1);
  const table = new Int32Array(size).fill(-1);
  /** The slot of the id at an offset, or the free slot for it. */
  const slotOf = (words: Uint32Array, at: number): number => {
    for (let slot = hashOf(words, at) & (size - 1); ; slot = (slot + 1) & (size - 1)) {
      const place = wordAt(table, slot);
      if (place < 0 || isSame(words, at, listed, place * idWords)) return slot;
    }
  };
  for (let place = 0; place * idWords < listed.length; place++) {
    if (place % placesInTurn === placesInTurn - 1) await ownTurn();
    table[slotOf(listed, place * idWords)] = place;
  }
  const places = new Int32Array(wanted.length / idWords);
  for (let place = 0; place < places.length; place++) {
    if (place % placesInTurn === placesInTurn - 1) await ownTurn();
    places[place] = wordAt(table, slotOf(wanted, place * idWords));
  }
  return places;
}

/** Returns the ids at some indexes of a list. */
export function pickIds(ids: Buffer, places: Int32Array): Buffer {
  const words = wordsOf(ids);
  const picked = new Uint32Array(idWords * places.length);
  let at = 0;
  for (const place of places)
    for (let word = idWords * place; word < idWords * (place + 1); word++) picked[at++] = wordAt(words, word);
  return Buffer.from(picked.buffer);
}

/** Formats an id of a list as Postgres does. */
export function idAt(ids: Buffer, place: number): string {
  const hex = ids.toString('hex', place * idBytes, (place + 1) * idBytes);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Copies the bytes, since a buffer may begin at any offset. */
const wordsOf = (bytes: Buffer): Uint32Array => new Uint32Array(Uint8Array.from(bytes).buffer);

const wordAt = (words: Uint32Array | Int32Array, at: number): number => words[at] as number; // safe: within the list

const isSame = (a: Uint32Array, at: number, b: Uint32Array, from: number): boolean =>
  a[at] === b[from] && a[at + 1] === b[from + 1] && a[at + 2] === b[from + 2] && a[at + 3] === b[from + 3];

/** Hashes all words: numeric ids differ in their last bytes, others everywhere. */
function hashOf(words: Uint32Array, at: number): number {
  let hash = 0;
  for (let word = at; word < at + idWords; word++) {
    hash = Math.imul(hash ^ wordAt(words, word), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
