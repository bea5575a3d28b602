import { describe, expect, test } from 'vitest';
import { priorPosts, rankSlots } from '../../../src/stats/best-times/compute.ts';

const slot = (weekday: number, hour: number, posts: number, sum: number) => ({ weekday, hour, posts, sum });

describe('ranking hours of the week', () => {
  test('one lucky post does not beat many good ones', () => {
    const ranked = rankSlots([slot(1, 9, 1, 60), slot(2, 9, 40, 800), slot(3, 9, 60, 60)], 0);
    expect(ranked.map(({ weekday }) => weekday)).toEqual([2, 1, 3]);
  });

  test('a slot is half its own at as many posts as the prior', () => {
    const [best] = rankSlots([slot(1, 9, priorPosts, priorPosts * 6), slot(2, 9, priorPosts, 0)], 0);
    expect(best).toEqual({ weekday: 1, hour: 9, posts: priorPosts, expected: 4.5, lift: 1.5 });
  });

  test('equal ones come in the order of posts, then of the week', () => {
    const ranked = rankSlots([slot(2, 1, 1, 5), slot(1, 8, 1, 5), slot(1, 7, 1, 5), slot(7, 23, 2, 10)], 0);
    expect(ranked.map(({ weekday, hour }) => [weekday, hour])).toEqual([
      [7, 23],
      [1, 7],
      [1, 8],
      [2, 1],
    ]);
  });

  test('slots at the mean are equal, whatever floating point makes of them', () => {
    const ranked = rankSlots([slot(1, 1, 1, 0.1), slot(1, 2, 3, 0.3), slot(1, 3, 7, 0.7)], 0);
    expect(ranked.map(({ posts }) => posts)).toEqual([7, 3, 1]);
  });

  test.each([
    ['without slots', [], 0],
    ['where no post knows the figure', [slot(1, 1, 0, 0)], 0],
    ['where every post has nothing', [slot(1, 1, 3, 0)], 0],
    ['where every score is the lowest', [slot(1, 1, 3, -3)], -1],
  ])('there is nothing to rank %s', (_name, slots, floor) => {
    expect(rankSlots(slots, floor)).toEqual([]);
  });

  test('a lift of scores is counted from the lowest', () => {
    const [best] = rankSlots([slot(1, 1, 10, 5), slot(2, 1, 10, -5)], -1);
    expect(best).toMatchObject({ weekday: 1, expected: 0.25, lift: 1.25 });
  });
});
