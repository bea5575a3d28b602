import { describe, expect, test } from 'vitest';
import { ChatterNumbers, Notes } from '../../../src/stats/kernel/packed-chatters.ts';

/** As `packedChattersOf` writes ids. */
function idsOf(width: number, ids: readonly number[]): Buffer {
  const bytes = [width];
  for (const [at, id] of ids.entries()) {
    const gap = Buffer.alloc(8);
    gap.writeBigUInt64BE(BigInt(id - (ids[at - 1] ?? 0)));
    bytes.push(...gap.subarray(8 - width));
  }
  return Buffer.from(bytes);
}

const numbersOf = (
  numbers: ChatterNumbers,
  width: number,
  ids: readonly number[],
  names: readonly string[] = [],
) => [...numbers.of({ chatters: ids.length + names.length, names }, idsOf(width, ids))];

describe('numbers of chatters', () => {
  test.each([
    ['one byte', 1, [1, 2, 250]],
    ['two bytes', 2, [255, 256, 65_000]],
    ['three bytes', 3, [1, 70_000, 16_000_000]],
    ['four bytes', 4, [5, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]],
    ['seven bytes', 7, [5, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 5, 999_999_999_999_999]],
  ])('are given in order, and kept, to ids whose gaps take %s', (_name, width, ids) => {
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

  test('stay when there are many more', () => {
    const numbers = new ChatterNumbers();
    const ids = Array.from({ length: 100_000 }, (_, at) => 1 + at * 40_000);
    expect(numbersOf(numbers, 4, ids)).toEqual([...ids.keys()]);
    expect(numbersOf(numbers, 4, ids)).toEqual([...ids.keys()]);
    expect(numbers.size).toBe(ids.length);
  });
});

test('notes grow, and stay', () => {
  const notes = new Notes(3);
  notes.of(1)[2] = 5;
  const more = notes.of(10_000);
  expect([more[2], more.length >= 30_000, more[29_999]]).toEqual([5, true, 0]);
});
