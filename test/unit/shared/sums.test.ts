import { describe, expect, test } from 'vitest';
import { bucketValue, groupSums, metricOf, type Sums, totalSums } from '../../../src/shared/sums.ts';

const some = (overrides: Partial<Sums>): Sums => ({ ...totalSums([]), ...overrides });

describe('adding sums', () => {
  test('what only one of them knows stands, and what none knows stays unknown', () => {
    const both = totalSums([some({ posts: 1, likes: 3 }), some({ posts: 2, likes: null, replies: 0 })]);
    expect(both).toEqual(some({ posts: 3, likes: 3, replies: 0 }));
  });

  test('groups are told apart by their key', () => {
    const groups = [some({ posts: 1 }), some({ posts: 2 }), some({ posts: 5 })];
    expect([...groupSums(groups, ({ posts }) => posts % 2)].map(([key, { posts }]) => [key, posts])).toEqual([
      [1, 6],
      [0, 2],
    ]);
    expect(totalSums(groups).posts).toBe(8);
    expect(groups.map(({ posts }) => posts)).toEqual([1, 2, 5]);
  });

  test('of no posts are no counts, and figures that nobody knows', () => {
    expect(totalSums([])).toMatchObject({
      posts: 0,
      reposted: 0,
      sentiment: 0,
      likes: null,
      engagement: null,
    });
  });
});

describe('a metric of sums', () => {
  test.each([
    ['POSTS', some({ posts: 4 }), 4],
    ['LIKES', some({ posts: 4 }), null],
    ['LIKES', some({ posts: 4, likes: 0 }), 0],
    ['ENGAGEMENT_RATE', some({ rateEngagement: 5, rateImpressions: 20 }), 0.25],
    ['ENGAGEMENT_RATE', some({ engagement: 5, impressions: 1_000, impressionsEstimated: 1_000 }), null],
    ['ENGAGEMENT_RATE', some({ rateEngagement: 5, rateImpressions: 0 }), null],
    ['ENGAGEMENT_RATE', some({ engagement: 5 }), null],
    ['ENGAGEMENT_RATE', some({ impressions: 5 }), null],
    ['SENTIMENT', some({ posts: 4, reposted: 1, positive: 1, neutral: 1, sentiment: 5_000 }), 0.25],
    ['SENTIMENT', some({ posts: 2 }), null],
    ['SENTIMENT', some({ posts: 1, reposted: 1 }), null],
  ] as const)('%s', (metric, sums, value) => {
    expect(metricOf(sums, metric)).toBe(value);
  });
});

test.each([
  ['a sum over no posts is zero', 0, null, 'LIKES', 0],
  ['a sum over posts that do not know it is unknown', 2, null, 'LIKES', null],
  ['a sum that is known stands', 2, 7, 'LIKES', 7],
  ['a mean over no posts is unknown', 0, null, 'SENTIMENT', null],
  ['a rate over no posts is unknown', 0, null, 'ENGAGEMENT_RATE', null],
  ['no posts have no authors', 0, null, 'AUTHORS', 0],
] as const)('%s', (_name, posts, value, metric, shown) => {
  expect(bucketValue(posts, value, metric)).toBe(shown);
});
