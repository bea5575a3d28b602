import { expect, test } from 'vitest';
import { fillSeries } from '../../../src/shared/series.ts';

const buckets = [0, 10].map((start) => ({ key: start, start: start + 1, end: start + 11 }));

test('values are laid out over all buckets', () => {
  expect(fillSeries('DAY', buckets, new Map([[10, null]]), 0)).toEqual({
    interval: 'DAY',
    starts: [1, 11],
    values: [0, null],
  });
});

test('a value without a bucket is an error, not a figure lost', () => {
  expect(() => fillSeries('DAY', buckets, new Map([[5, 1]]), 0)).toThrow('1 of 1 values have no bucket');
});
