import { expect, test } from 'vitest';
import { levelSeries } from '../../../src/stats/followers/compute.ts';

const buckets = [0, 10, 20, 30].map((start) => ({ key: start, start, end: start + 10 }));

test.each([
  ['nothing is known before the first reading', [{ at: 15, level: 5 }], [null, 5, 5, 5]],
  [
    'the last reading of a bucket counts',
    [
      { at: 1, level: 5 },
      { at: 9, level: 6 },
    ],
    [6, 6, 6, 6],
  ],
  ['a reading at the end of a bucket is of the next', [{ at: 10, level: 5 }], [null, 5, 5, 5]],
  [
    'a level from before the buckets is carried in',
    [
      { at: -99, level: 5 },
      { at: 30, level: 7 },
    ],
    [5, 5, 5, 7],
  ],
  ['without readings nothing is known', [], [null, null, null, null]],
])('%s', (_name, readings, values) => {
  expect(levelSeries('DAY', buckets, readings).values).toEqual(values);
});
