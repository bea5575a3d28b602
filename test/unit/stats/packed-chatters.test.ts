import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { partsOf, Piece } from '../../../src/stats/kernel/chatter-parts.ts';
import { ChatterNumbers, Notes, PackedIds, packIds } from '../../../src/stats/kernel/packed-chatters.ts';

/** Packs ids as `packedChattersOf` writes them. */
function idsOf(width: number, ids: readonly number[]): Buffer {
  const bytes = [width];
  for (const [at, id] of ids.entries()) {
    const gap = Buffer.alloc(8);
    gap.writeBigUInt64BE(BigInt(id - (ids[at - 1] ?? 0)));
    bytes.push(...gap.subarray(8 - width));
  }
  return Buffer.from(bytes);
}

function numbersOf(
  numbers: ChatterNumbers,
  width: number,
  ids: readonly number[],
  names: readonly string[] = [],
): readonly number[] {
  const found = new Int32Array(ids.length + names.length);
  const read = numbers.read(new PackedIds(idsOf(width, ids), names), Number.POSITIVE_INFINITY, found);
  expect(read).toBe(found.length);
  return [...found];
}

describe('numbers of chatters', () => {
  test.each([
    ['one byte', 1, [1, 2, 250]],
    ['two bytes', 2, [255, 256, 65_000]],
    ['three bytes', 3, [1, 70_000, 16_000_000]],
    ['four bytes', 4, [5, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]],
    ['seven bytes', 7, [5, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 5, 999_999_999_999_999]],
  ])('are given in order, and stay the same, for ids whose gaps take %s', (_name, width, ids) => {
    const numbers = new ChatterNumbers();
    expect(numbersOf(numbers, width, ids, ['@ann', '@zoe'])).toEqual([
      ...ids.keys(),
      ids.length,
      ids.length + 1,
    ]);
    expect(numbersOf(numbers, width, ids.slice(1), ['@zoe'])).toEqual(
      [...ids.keys()].slice(1).concat(ids.length + 1),
    );
    expect(ids.map((id) => numbers.ofAuthor(String(id)))).toEqual([...ids.keys()]);
    expect(numbers.ofAuthor('@ann')).toBe(ids.length);
    expect(numbers.size).toBe(ids.length + 2);
  });

  test('an id that begins with a zero is a name', () => {
    const numbers = new ChatterNumbers();
    expect(['7', '07', '007', '7'].map((id) => numbers.ofAuthor(id))).toEqual([0, 1, 2, 0]);
  });

  test('stay the same when many more follow', () => {
    const numbers = new ChatterNumbers();
    const ids = Array.from({ length: 100_000 }, (_, at) => 1 + at * 40_000);
    expect(numbersOf(numbers, 4, ids)).toEqual([...ids.keys()]);
    expect(numbersOf(numbers, 4, ids)).toEqual([...ids.keys()]);
    expect(numbers.size).toBe(ids.length);
  });
});

test('notes grow, and stay until they are cleared', () => {
  const notes = new Notes(3);
  notes.of(1)[2] = 5;
  const more = notes.of(10_000);
  expect([more[2], more.length >= 30_000, more[29_999]]).toEqual([5, true, 0]);
  notes.clear();
  expect(notes.of(1)[2]).toBe(0);
});

const someId = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 999_999_999_999_999 }),
  fc.constantFrom(0xffffffff, 0x100000000),
);

test('ids are packed and read back unchanged, in whatever parts', () => {
  fc.assert(
    fc.property(fc.uniqueArray(someId), fc.array(someId), (ids, bounds) => {
      const packed = packIds([...ids.map(String), '@ann', '012']);
      const [whole, inParts] = [new ChatterNumbers(), new ChatterNumbers()];
      const [all, some] = [new Int32Array(ids.length + 2), new Int32Array(ids.length + 2)];
      expect(whole.read(packed, Number.POSITIVE_INFINITY, all)).toBe(all.length);
      packed.rewind();
      const ascending = ids.toSorted((a, b) => a - b);
      let read = 0;
      for (const below of [...bounds.toSorted((a, b) => a - b), Number.POSITIVE_INFINITY]) {
        read += inParts.read(packed, below, some.subarray(read));
        if (below < Number.POSITIVE_INFINITY) expect(read).toBe(ids.filter((id) => id < below).length);
      }
      expect([...some]).toEqual([...all]);
      expect([...ascending.map(String), '@ann', '012'].map((id) => whole.ofAuthor(id))).toEqual([...all]);
    }),
  );
});

test('each of many chatters is in one part, with every piece that has them', async () => {
  const pieces = [3, 5, 7].map((step) => {
    const ids = Array.from({ length: 60_000 }, (_, at) => String(1_000_000 + at * step));
    return new Piece({
      chatters: ids.length,
      ids: packIds([...ids, '@ann']),
      values: null,
      areCounts: false,
      quarters: null,
    });
  });
  let [parts, chatters, sightings] = [0, 0, 0];
  for await (const part of partsOf(pieces, ['1000000'])) {
    parts += 1;
    for (const piece of pieces) sightings += part.read(piece).length;
    chatters += part.numbers.size - 1;
  }
  const distinct = new Set([3, 5, 7].flatMap((step) => Array.from({ length: 60_000 }, (_, at) => at * step)));
  expect([parts > 1, sightings, chatters]).toEqual([true, 180_000 + 3, distinct.size - 1 + 1]);
});
