import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burstOf, expectedOf, type Past } from '../../../src/trends/trending/burst.ts';
import { rankByBurst } from '../../../src/trends/trending/compute.ts';
import { shareOf } from '../../../src/trends/trending/profile.ts';

const hourMs = 3_600_000;
const usual = { share: 1 / 672, weeks: 4 };
const uses = (count: number) => ({ posts: count, authorHours: count });
const past = (before: number, sameHours = 0): Past => ({ before: uses(before), sameHours: uses(sameHours) });
const seen = (authorHours: number, authors = authorHours) => ({ ...uses(authorHours), authors });

const figures = fc.record({
  before: fc.nat(100_000),
  sameHours: fc.nat(2_000),
  authorHours: fc.nat(5_000),
  authors: fc.nat(5_000),
});

describe('a burst', () => {
  test.each([
    { what: 'a steady giant', observed: seen(1_000), before: past(672_000, 4_000), low: -0.5, high: 0.5 },
    {
      what: 'a giant a fifth above itself',
      observed: seen(1_200),
      before: past(672_000, 4_000),
      low: 0,
      high: 1,
    },
    { what: 'a giant that trebles', observed: seen(3_000), before: past(672_000, 4_000), low: 3, high: 6 },
    { what: 'a new tag by ten authors', observed: seen(10), before: past(0), low: 4, high: 6 },
    { what: 'a new tag by three authors', observed: seen(3), before: past(0), low: 1, high: 2.5 },
    { what: 'a weekly tag in its hour', observed: seen(40), before: past(160, 160), low: -1, high: 1.5 },
    { what: 'the same tag in another hour', observed: seen(40), before: past(160), low: 8, high: 12 },
  ])('of $what is between $low and $high', ({ observed, before, low, high }) => {
    const burst = burstOf(observed, before, usual);
    expect(burst).toBeGreaterThanOrEqual(low);
    expect(burst).toBeLessThanOrEqual(high);
  });

  test('is never above 0 for one author, in however many hours they post', () => {
    fc.assert(
      fc.property(figures, ({ before, sameHours, authorHours }) => {
        expect(burstOf(seen(authorHours, 1), past(before, sameHours), usual)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('increases with authors and their hours, decreases with the past, and is always a number', () => {
    fc.assert(
      fc.property(figures, ({ before, sameHours, authorHours, authors }) => {
        const burst = burstOf(seen(authorHours, authors), past(before, sameHours), usual);
        expect(Number.isFinite(burst)).toBe(true);
        expect(
          burstOf(seen(authorHours + 1, authors), past(before, sameHours), usual),
        ).toBeGreaterThanOrEqual(burst);
        expect(
          burstOf(seen(authorHours, authors + 1), past(before, sameHours), usual),
        ).toBeGreaterThanOrEqual(burst);
        expect(burstOf(seen(authorHours, authors), past(before, sameHours + 1), usual)).toBeLessThanOrEqual(
          burst,
        );
      }),
    );
  });

  test('is a number when the store has no past, too', () => {
    expect(burstOf(seen(5), past(0), { share: 0, weeks: 0 })).toBeGreaterThan(0);
    expect(expectedOf(0, 0, { share: 0, weeks: 0 })).toBe(0);
  });

  test('ranks those above the expected, equal ones by posts, then by code point', () => {
    const trend = (term: string, burst: number, count: number) => ({
      term,
      burst,
      count,
      authors: 2,
      expected: 1,
    });
    const ranked = rankByBurst([
      trend('😀', 1, 5),
      trend('ﬀ', 1, 5),
      trend('a', 2, 1),
      trend('b', 0, 9),
      trend('c', 1, 6),
    ]);
    expect(ranked.map(({ term }) => term)).toEqual(['a', 'c', 'ﬀ', '😀']);
  });
});

describe('the share of the past that a window corresponds to', () => {
  const end = 20_000 * 24;
  const month = { from: (end - 672) * hourMs, to: end * hourMs };
  const even = Array.from({ length: 672 }, (_, at) => ({ hour: end - 672 + at, authorHours: 10 }));
  const window = (from: number, hours: number) => ({ from: from * hourMs, to: (from + hours) * hourMs });

  test('is that of its length when all hours are equal', () => {
    expect(shareOf(even, month, window(end, 1))).toBeCloseTo(1 / 672);
    expect(shareOf(even, month, window(end, 24 * 7))).toBeCloseTo(1 / 4);
    expect(shareOf(even, month, window(end + 0.25, 0.5))).toBeCloseTo(0.5 / 672);
    expect(shareOf(even, month, window(end, 24 * 90))).toBeCloseTo(90 / 28);
  });

  test('is greater in busy hours of the week, and less in quiet ones', () => {
    const night = even.map(({ hour }) => ({ hour, authorHours: hour % 24 < 6 ? 1 : 13 }));
    expect(shareOf(night, month, window(end + 3, 1)) * 672).toBeLessThan(0.4);
    expect(shareOf(night, month, window(end + 12, 1)) * 672).toBeGreaterThan(1.2);
  });

  test('counts from the first hour with posts', () => {
    expect(shareOf(even.slice(-48), month, window(end, 1))).toBeCloseTo(1 / 48);
  });

  test('is 0 without a past', () => {
    expect(shareOf([], month, window(end, 1))).toBe(0);
  });
});
