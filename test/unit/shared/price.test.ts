import { expect, test } from 'vitest';
import { computeMicroUsd, printUsd } from '../../../src/shared/price.ts';

const prices = { post: 0.0001, ownPost: 0.00001, user: 0.01, oncePerDay: false };

test.each([
  [{ posts: 0, ownPosts: 0, users: 0 }, 0],
  // 3 × 0.0001 is 0.00030000000000000003 in floating point.
  [{ posts: 3, ownPosts: 0, users: 0 }, 300],
  [{ posts: 1, ownPosts: 7, users: 2 }, 20_170],
  [{ posts: 10_000_000, ownPosts: 0, users: 0 }, 1_000_000_000],
])('the price of %j is %d microdollars', (counts, microUsd) => {
  expect(computeMicroUsd(prices, counts)).toBe(microUsd);
});

test.each([
  [0, '0.00'],
  [400_000, '0.40'],
  [5_000_000, '5.00'],
  [200, '0.0002'],
  [1, '0.000001'],
  [1_234_567_890, '1234.56789'],
])('%d microdollars read as %s', (microUsd, text) => {
  expect(printUsd(microUsd)).toBe(text);
});
