import { describe, expect, test } from 'vitest';
import {
  allMeasures,
  bucketValue,
  groupSums,
  measuresOf,
  metricOf,
  noSums,
  type Sums,
} from '../../../src/shared/sums.ts';

const some = (overrides: Partial<Sums>): Sums => ({ ...noSums, ...overrides });

describe('adding sums', () => {
  test('a figure that only one of them knows stays, and one that none knows is unknown', () => {
    const two = [some({ posts: 1, likes: 3 }), some({ posts: 2, likes: null, replies: 0 })];
    expect(groupSums(two, allMeasures, () => 7).get(7)).toEqual(some({ posts: 3, likes: 3, replies: 0 }));
  });

  test('groups are distinguished by their key', () => {
    const groups = [some({ posts: 1 }), some({ posts: 2 }), some({ posts: 5 })];
    expect([...groupSums(groups, ['posts'], ({ posts }) => posts % 2)]).toEqual([
      [1, { posts: 6 }],
      [0, { posts: 2 }],
    ]);
    expect(groups.map(({ posts }) => posts)).toEqual([1, 2, 5]);
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
    const told = measuresOf(metric).map((measure) => [measure, sums[measure]] as const);
    expect(metricOf(some(Object.fromEntries(told)), metric), 'by its own measures').toBe(value);
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
