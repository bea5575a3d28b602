import { describe, expect, test } from 'vitest';
import { levelSeries } from '../../../src/stats/followers/compute.ts';

const buckets = [0, 10, 20, 30].map((start) => ({ key: start, start, end: start + 10 }));
type Reading = { readonly at: number; readonly level: number };
const at = (instant: number, level: number): Reading => ({ at: instant, level });

const valuesOf = (readings: readonly Reading[], carryTo: number | null = null, from: number | null = null) =>
  levelSeries(
    'DAY',
    buckets,
    { at: readings.map((each) => each.at), levels: readings.map(({ level }) => level) },
    { from, carryTo },
  ).values;

describe('the level of a bucket', () => {
  test.each([
    ['is null when it was not read in it', [at(15, 5)], [null, 5, null, null]],
    ['is the last reading in it', [at(1, 5), at(9, 6)], [6, null, null, null]],
    ['is not the reading at its end', [at(10, 5)], [null, 5, null, null]],
    ['is not one from before the buckets', [at(-9, 5), at(30, 7)], [null, null, null, 7]],
    ['is null without readings', [], [null, null, null, null]],
  ])('%s', (_name, readings, values) => {
    expect(valuesOf(readings)).toEqual(values);
  });

  test('is null when the range begins after the reading in it', () => {
    expect(valuesOf([at(2, 5), at(12, 6)], null, 4)).toEqual([null, 6, null, null]);
  });
});

describe('a carried level', () => {
  test.each([
    ['is null before the first reading', [at(15, 5)], 99, [null, 5, 5, 5]],
    ['comes from before the buckets', [at(-9, 5), at(30, 7)], 99, [5, 5, 5, 7]],
    ['reaches the bucket in which now lies', [at(1, 5)], 20, [5, 5, 5, null]],
    ['is null in buckets that begin after now', [at(1, 5)], 19, [5, 5, null, null]],
    ['is null without readings', [], 99, [null, null, null, null]],
  ])('%s', (_name, readings, carryTo, values) => {
    expect(valuesOf(readings, carryTo)).toEqual(values);
  });

  test('may come from a reading before the range', () => {
    expect(valuesOf([at(2, 5)], 99, 4)).toEqual([5, 5, 5, 5]);
  });
});
