import { describe, expect, test } from 'vitest';
import { startOfDay } from '../../../../web/src/search-params/days.ts';
import { bucketEnd, cutEnds, cutNote, isInProgress } from '../../../../web/src/stats/buckets.ts';

describe('a bucket of a series', () => {
  test.each([
    ['MINUTE', '2026-03-01T10:00:00.000Z', '2026-03-01T10:01:00.000Z'],
    ['HOUR', '2026-03-01T10:00:00.000Z', '2026-03-01T11:00:00.000Z'],
    // The clocks of New York go forward on 8 March 2026, and back on 1 November.
    ['DAY', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['DAY', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['WEEK', '2026-03-02T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['MONTH', '2026-03-01T05:00:00.000Z', '2026-04-01T04:00:00.000Z'],
    ['MONTH', '2026-12-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
    ['QUARTER', '2026-10-01T04:00:00.000Z', '2027-01-01T05:00:00.000Z'],
    ['YEAR', '2026-01-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
  ] as const)('of a %s ends when the next begins, by the clocks of its zone', (step, start, end) => {
    expect(bucketEnd(start, step, 'America/New_York').toISOString()).toBe(end);
  });

  test('continues until its end', () => {
    const starts = ['2026-03-02T00:00:00.000Z', '2026-03-09T00:00:00.000Z'];
    expect(isInProgress(starts, 'WEEK', 'UTC', '2026-03-15T23:59:59.000Z')).toBe(true);
    expect(isInProgress(starts, 'WEEK', 'UTC', '2026-03-16T00:00:00.000Z')).toBe(false);
    expect(isInProgress([], 'WEEK', 'UTC', '2026-03-16T00:00:00.000Z')).toBe(false);
  });

  test.each([
    ['2026-03-02', '2026-03-16', false, false],
    ['2026-03-03', '2026-03-16', true, false],
    ['2026-03-02', '2026-03-15', false, true],
    ['2026-03-04', '2026-03-10', true, true],
  ])('is cut by a range that begins or ends within it: %s to %s', (from, to, first, last) => {
    const starts = ['2026-03-02T05:00:00.000Z', '2026-03-09T04:00:00.000Z'];
    const zone = 'America/New_York';
    const range = { from: startOfDay(from, zone).toISOString(), to: startOfDay(to, zone).toISOString() };
    const cut = cutEnds(starts, 'WEEK', zone, range);
    expect(cut).toEqual({ first, last });
    expect([0, 1].map((index) => cutNote(cut, index, 2) !== null)).toEqual([first, last]);
  });

  test('is complete without a range, and at an open end', () => {
    const starts = ['2026-03-02T00:00:00.000Z'];
    expect(cutEnds(starts, 'WEEK', 'UTC', null)).toEqual({ first: false, last: false });
    expect(cutEnds(starts, 'WEEK', 'UTC', { from: starts[0] ?? '' })).toEqual({ first: false, last: false });
    expect(cutEnds([], 'WEEK', 'UTC', { from: '2026-03-02T00:00:00.000Z' })).toEqual({
      first: false,
      last: false,
    });
  });
});
