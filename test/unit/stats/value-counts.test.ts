import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ValueCounts } from '../../../src/stats/kernel/value-counts.ts';

type Uses = { readonly value: string; readonly byHour: ReadonlyMap<number, number> };

const sumOf = (numbers: Iterable<number>) => [...numbers].reduce((sum, number) => sum + number, 0);

function int4(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number);
  return bytes;
}

/** Packs the uses of a day as `dayTalliesOf` writes them. */
function pack(uses: readonly Uses[]): { readonly tally: Buffer; readonly hours: Buffer } {
  const postsCode = (posts: number) =>
    posts < 255 ? Buffer.from([posts]) : Buffer.concat([Buffer.from([255]), int4(posts)]);
  const hourCode = ([hour, posts]: readonly [number, number]) =>
    posts < 10
      ? Buffer.from([hour + 24 * (posts - 1)])
      : Buffer.concat([Buffer.from([hour + 216]), int4(posts)]);
  return {
    tally: Buffer.concat(
      uses.flatMap(({ value, byHour }) => [Buffer.from(`${value}\0`), postsCode(sumOf(byHour.values()))]),
    ),
    hours: Buffer.concat(
      uses.flatMap(({ byHour }) => [...byHour].toSorted(([a], [b]) => a - b).map(hourCode)),
    ),
  };
}

const value = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'é', '\u{1f600}', '\u{ffff}', '"'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((text) => !text.includes('\0')),
);
const posts = fc.oneof(
  fc.integer({ min: 1, max: 12 }),
  fc.integer({ min: 240, max: 270 }),
  fc.constant(100_000),
);
const uses = fc
  .uniqueArray(
    fc.record({
      value,
      byHour: fc
        .uniqueArray(fc.tuple(fc.nat(23), posts), { minLength: 1, maxLength: 4, selector: ([hour]) => hour })
        .map((hours) => new Map(hours)),
    }),
    { selector: (use) => use.value, maxLength: 40 },
  )
  .map((list) => list.toSorted((a, b) => Buffer.compare(Buffer.from(a.value), Buffer.from(b.value))));
const day = fc.record({
  uses,
  isWhole: fc.boolean(),
  from: fc.nat(12),
  to: fc.integer({ min: 12, max: 24 }),
  sign: fc.constantFrom(1, 1, -1),
});

test('values have the sums of their days, hours and lists, the most used first', () => {
  fc.assert(
    fc.property(
      fc.array(day, { maxLength: 5 }),
      fc.array(fc.tuple(value, fc.integer({ min: -3, max: 300 })), { maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      (days, list, most) => {
        const counts = new ValueCounts();
        const expected = new Map<string, number>();
        const add = (of: string, number: number) => expected.set(of, (expected.get(of) ?? 0) + number);
        for (const { uses: used, isWhole, from, to, sign } of days) {
          const { tally, hours } = pack(used);
          counts.addDay(tally, isWhole ? null : hours, { from, to }, sign);
          for (const { value: of, byHour } of used)
            for (const [hour, number] of byHour)
              if (isWhole || (hour >= from && hour < to)) add(of, sign * number);
        }
        counts.addList(
          list.map(([of]) => of),
          list.map(([, number]) => number),
        );
        for (const [of, number] of list) add(of, number);
        for (const [of, number] of expected) expect(counts.of(of)).toBe(number);
        const top = [...expected]
          .filter(([, number]) => number > 0)
          .map(([of, number]) => ({ value: of, posts: number }))
          .toSorted(
            (a, b) => b.posts - a.posts || Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)),
          );
        expect(counts.top(most)).toEqual(top.slice(0, most));
      },
    ),
  );
});

test('many values are kept apart, and one that is not there has no messages', () => {
  const counts = new ValueCounts();
  const values = Array.from({ length: 50_000 }, (_, nth) => `word${nth}`);
  for (let turn = 0; turn < 2; turn += 1)
    counts.addList(
      values,
      values.map((_, nth) => nth),
    );
  expect(counts.top(2)).toEqual([
    { value: 'word49999', posts: 99_998 },
    { value: 'word49998', posts: 99_996 },
  ]);
  expect(values.every((each, nth) => counts.of(each) === 2 * nth)).toBe(true);
  expect(counts.of('word')).toBe(0);
});
