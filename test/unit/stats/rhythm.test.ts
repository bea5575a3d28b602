import { expect, test } from 'vitest';
import { noSums } from '../../../src/shared/sums.ts';
import { rowsOf, summedValues, valuesOf } from '../../../src/stats/rhythm/compute.ts';

const sums = new Map([
  [0, { ...noSums, posts: 2, likes: 3, neutral: 2 }],
  [2, { ...noSums, posts: 1 }],
]);

test('a step without posts is zero, one whose posts know nothing is unknown', () => {
  expect(summedValues(4, sums, 'LIKES')).toEqual([3, 0, null, 0]);
  expect(summedValues(4, sums, 'POSTS')).toEqual([2, 0, 1, 0]);
});

test('a mean without scored posts is unknown', () => {
  expect(summedValues(4, sums, 'SENTIMENT')).toEqual([0, null, null, null]);
});

test('authors are zero when there are none', () => {
  expect(valuesOf(3, new Map([[1, 2]]), 'AUTHORS')).toEqual([0, 2, 0]);
});

test('rows have the width asked for', () => {
  expect(rowsOf([1, 2, 3, 4, 5, 6], 3)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});
