import { describe, expect, test } from 'vitest';
import { noSums } from '../../../src/shared/sums.ts';
import {
  engagementPerPost,
  estimatedShare,
  percentile,
  type Step,
} from '../../../src/stats/totals/compute.ts';

/** Every value, with its positions. */
function stepsOf(sorted: readonly number[]): readonly Step[] {
  return [...new Set(sorted)].map((value) => ({
    value,
    from: sorted.indexOf(value),
    to: sorted.lastIndexOf(value) + 1,
  }));
}

describe('percentiles', () => {
  test.each([
    ['the median of an odd count is the middle one', [1, 2, 9], 0.5, 2],
    ['the median of an even count is between the middle two', [1, 2, 5, 9], 0.5, 3.5],
    ['of one value it is that value', [7], 0.9, 7],
    ['equal values are one value', [3, 3, 3, 3], 0.9, 3],
    ['the 90th lies in proportion between two', [0, 10], 0.9, 9],
    ['the 90th of eleven is the tenth', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9],
  ])('%s', (_name, values, fraction, expected) => {
    expect(percentile(fraction, values.length, stepsOf(values))).toBe(expected);
  });

  test('there is none without values', () => {
    expect(percentile(0.5, 0, [])).toBeNull();
  });
});

test('engagement per post is over the posts that know theirs', () => {
  expect(engagementPerPost({ ...noSums, posts: 9, engagedPosts: 4, engagement: 10 })).toBe(2.5);
  expect(engagementPerPost({ ...noSums, posts: 9 })).toBeNull();
});

test('the estimated share is zero when all is measured, and unknown without impressions', () => {
  expect(estimatedShare({ ...noSums, impressions: 400, impressionsEstimated: 100 })).toBe(0.25);
  expect(estimatedShare({ ...noSums, impressions: 400 })).toBe(0);
  expect(estimatedShare({ ...noSums, impressions: 0, impressionsEstimated: 0 })).toBeNull();
  expect(estimatedShare(noSums)).toBeNull();
});
