import { expect, test } from 'vitest';
import { fillSeries, inOrder } from '../../../src/shared/series.ts';

const buckets = [0, 10].map((start) => ({ key: start, start: start + 1, end: start + 11 }));

test('values are laid out over all buckets', () => {
  expect(fillSeries('DAY', buckets, new Map([[10, null]]), 0)).toEqual({
    interval: 'DAY',
    starts: [1, 11],
    values: [0, null],
  });
});

test('a value without a bucket is an error, not a lost figure', () => {
  expect(() => fillSeries('DAY', buckets, new Map([[5, 1]]), 0)).toThrow('1 of 1 values have no bucket');
});

test('rows in the order of their keys are found like those of a map, also when they are read again', () => {
  const rows = [3, 5, 6, 9].map((key) => ({ key }));
  const found = inOrder(rows, ({ key }) => key);
  const asked = [1, 3, 4, 5, 5, 6, 8, 9, 10, 11];
  const expected = asked.map((key) => rows.find((row) => row.key === key));
  expect(asked.map((key) => found.get(key))).toEqual(expected);
  expect(asked.map((key) => found.get(key))).toEqual(expected);
  expect(asked.toReversed().map((key) => found.get(key))).toEqual(expected.toReversed());
  expect(found.size).toBe(4);
});
