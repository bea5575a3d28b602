import { describe, expect, test } from 'vitest';
import { leastQuarters, priorQuarters, rankSlots } from '../../../src/stats/best-times/compute.ts';
import type { Metric } from '../../../src/shared/stat-metric.ts';
import { atSlot, type Figured, slotFigures } from '../../support/slot-figures.ts';

const rank = (posts: readonly Figured[], metric: Metric = 'ENGAGEMENT') =>
  rankSlots(slotFigures(posts), metric);

/** Posts with these figures in one hour of the week, each in a week of its own. */
const weekly = (hour: number, figures: readonly number[]): Figured[] =>
  figures.map((figure, week) => ({ at: atSlot(week, hour), figure }));
const times = (count: number, figure: number) => Array.from({ length: count }, () => figure);

describe('ranking hours of the week', () => {
  const usual = Array.from({ length: 60 }, (_, index) => index % 5);

  test('a post that went viral makes no best time', () => {
    const posts = [...weekly(9, usual), ...weekly(33, times(60, 6)), ...weekly(57, [...times(17, 2), 712])];
    const viral = rank(posts).find(({ weekday }) => weekday === 3);
    const without = rank(posts.filter(({ figure }) => figure < 712)).find(({ weekday }) => weekday === 3);
    expect(rank(posts)[0]).toMatchObject({ weekday: 2, enough: true });
    expect(viral?.lift).toBeLessThan((without?.lift ?? 0) * 1.1);
  });

  test('the cap is 4 times the geometric mean and one more', () => {
    const [slot] = rank(weekly(9, [1, 1, 1, 15]));
    const typical = Math.expm1((3 * Math.log(2) + Math.log(16)) / 4);
    expect(slot?.expected).toBeCloseTo((3 + 4 * typical + 1) / 4, 9);
  });

  test('a slot is half its own at as many quarter-hours as the prior', () => {
    const posts = [...weekly(9, times(priorQuarters, 3)), ...weekly(33, times(priorQuarters, 1))];
    expect(rank(posts)[0]).toMatchObject({
      weekday: 1,
      hour: 9,
      posts: priorQuarters,
      expected: 2.5,
      lift: 1.25,
    });
  });

  test('posts of one quarter-hour count as one, by their mean', () => {
    const thread = times(30, 2).map((figure, index) => ({ at: atSlot(0, 9) + index * 1_000, figure }));
    const [first] = rank([...thread, ...weekly(33, times(1, 2))]);
    expect(first).toMatchObject({ posts: 30, expected: 2, lift: 1 });
    const lone = rank([...weekly(9, [2]), ...weekly(33, [2])]);
    expect(first?.high).toBeCloseTo(lone[0]?.high ?? 0, 9);
  });

  test('what is expected lies within its interval, which is narrower with more posts', () => {
    const ranked = rank([...weekly(9, usual), ...weekly(33, usual.slice(0, 10))]);
    for (const { low, lift, high } of ranked) {
      expect(low).toBeLessThan(lift);
      expect(high).toBeGreaterThan(lift);
    }
    const [wide, narrow] = [2, 1].map((day) => ranked.find(({ weekday }) => weekday === day));
    expect((narrow?.high ?? 0) - (narrow?.low ?? 0)).toBeLessThan((wide?.high ?? 0) - (wide?.low ?? 0));
  });

  test('a slot with few quarter-hours comes after those with enough, however good', () => {
    const ranked = rank([...weekly(9, times(leastQuarters, 1)), ...weekly(33, times(leastQuarters - 1, 9))]);
    expect(ranked.map(({ weekday, enough }) => [weekday, enough])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  test('two of three equal slots have a place, however many posts they have', () => {
    const alike = [9, 33, 57].flatMap((hour) => weekly(hour, usual));
    expect(rank(alike).map(({ enough }) => enough)).toEqual([true, true, false]);
  });

  test('equal ones come in the order of posts, then of the week', () => {
    const posts = [...weekly(25, [5]), ...weekly(8, [5]), ...weekly(7, [5]), ...weekly(167, [5, 5])];
    expect(rank(posts).map(({ weekday, hour }) => [weekday, hour])).toEqual([
      [7, 23],
      [1, 7],
      [1, 8],
      [2, 1],
    ]);
  });

  test.each([
    ['without slots', []],
    ['when every post has nothing', times(3, 0)],
  ])('there is nothing to rank %s', (_name, figures) => {
    expect(rank(weekly(1, figures))).toEqual([]);
  });

  test('scores are counted from the lowest, and have no cap but their highest', () => {
    const figures = {
      weekday: 1,
      posts: priorQuarters,
      quarters: priorQuarters,
      cap: 2,
      typical: 0,
      highest: 0,
    };
    const slots = [
      { ...figures, hour: 1, total: 45, squares: 67.5 },
      { ...figures, hour: 2, total: 15, squares: 7.5 },
    ];
    expect(rankSlots(slots, 'SENTIMENT')[0]).toMatchObject({ hour: 1, expected: 0.25, lift: 1.25 });
  });

  test('rates are counted by the thousand and returned as rates', () => {
    const [slot] = rank(weekly(1, times(4, 20)), 'ENGAGEMENT_RATE');
    expect(slot?.expected).toBeCloseTo(0.02, 12);
  });
});
