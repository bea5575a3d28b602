import { expect, test } from 'vitest';
import { noSums } from '../../../src/shared/sums.ts';
import { busiestOfDays } from '../../../src/stats/busiest/compute.ts';

const day = (text: string, posts: number, engagement: number | null = null) => ({
  ...noSums,
  day: Date.parse(text),
  posts,
  engagement,
});

test('equal counts come earliest first', () => {
  const days = [day('2024-01-03', 2), day('2024-01-01', 2), day('2024-01-02', 3), day('2024-01-04', 1)];
  expect(busiestOfDays(days, 'DAY', 3, 0).map(({ key }) => new Date(key).getUTCDate())).toEqual([2, 1, 3]);
  expect(busiestOfDays(days, 'DAY', 2, 2).map(({ key }) => new Date(key).getUTCDate())).toEqual([3, 4]);
});

test('days of a month are added up', () => {
  const days = [day('2024-01-31', 2, 5), day('2024-02-01', 2), day('2024-02-29', 1, 7)];
  expect(busiestOfDays(days, 'MONTH', 1, 0)).toEqual([
    { key: Date.parse('2024-02-01'), posts: 3, engagement: 7 },
  ]);
});

test('the busiest of many days are the same as when all are sorted', () => {
  const days = Array.from({ length: 2_000 }, (_, at) => ({
    ...noSums,
    day: at * 86_400_000,
    posts: (at * 7_919) % 613,
  }));
  const sorted = days
    .map(({ day: key, posts }) => ({ key, posts, engagement: null }))
    .sort((a, b) => b.posts - a.posts || a.key - b.key);
  for (const [first, offset] of [
    [1, 0],
    [7, 23],
    [200, 1_900],
    [5, 3_000],
  ] as const) {
    expect(busiestOfDays(days, 'DAY', first, offset)).toEqual(sorted.slice(offset, offset + first));
  }
});
