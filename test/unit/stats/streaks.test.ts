import { describe, expect, test } from 'vitest';
import { consecutiveRuns, currentRun, gapsBetween, longestRun } from '../../../src/stats/streaks/compute.ts';

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const text = (run: { from: number; to: number; days: number } | null) =>
  run && [
    new Date(run.from).toISOString().slice(0, 10),
    new Date(run.to).toISOString().slice(0, 10),
    run.days,
  ];
const none: ReadonlySet<number> = new Set();
const apia = new Set([day('2011-12-30')]);

describe('runs of days', () => {
  test.each([
    ['no days', [], []],
    ['one day', ['2024-01-01'], [['2024-01-01', '2024-01-01', 1]]],
    [
      'over the end of February in a leap year',
      ['2024-02-28', '2024-02-29', '2024-03-01'],
      [['2024-02-28', '2024-03-01', 3]],
    ],
    [
      'with a day between them',
      ['2024-01-01', '2024-01-03'],
      [
        ['2024-01-01', '2024-01-01', 1],
        ['2024-01-03', '2024-01-03', 1],
      ],
    ],
  ])('%s', (_name, days, runs) => {
    expect(consecutiveRuns(days.map(day), none).map(text)).toEqual(runs);
  });

  test('a day that the calendar skipped does not end one', () => {
    const days = ['2011-12-29', '2011-12-31'].map(day);
    expect(consecutiveRuns(days, apia).map(text)).toEqual([['2011-12-29', '2011-12-31', 2]]);
  });

  test('of equal ones the earliest is the longest', () => {
    const runs = consecutiveRuns(['2024-01-01', '2024-01-03', '2024-01-05'].map(day), none);
    expect(text(longestRun(runs))).toEqual(['2024-01-01', '2024-01-01', 1]);
    expect(longestRun([])).toBeNull();
  });
});

describe('gaps', () => {
  test('are the days between two runs', () => {
    const runs = consecutiveRuns(['2024-01-01', '2024-01-02', '2024-01-05', '2024-01-07'].map(day), none);
    expect(gapsBetween(runs, none).map(text)).toEqual([
      ['2024-01-03', '2024-01-04', 2],
      ['2024-01-06', '2024-01-06', 1],
    ]);
  });

  test('do not count a day that the calendar skipped', () => {
    const runs = consecutiveRuns(['2011-12-28', '2012-01-01'].map(day), apia);
    expect(gapsBetween(runs, apia).map(text)).toEqual([['2011-12-29', '2011-12-31', 2]]);
    const ending = consecutiveRuns(['2011-12-28', '2011-12-31'].map(day), apia);
    expect(gapsBetween(ending, apia).map(text)).toEqual([['2011-12-29', '2011-12-29', 1]]);
  });
});

describe('the current streak', () => {
  const runs = consecutiveRuns(['2024-05-30', '2024-05-31'].map(day), none);
  test.each([
    ['stands on the day of the last post', '2024-05-31', null, true],
    ['stands on the day after', '2024-06-01', null, true],
    ['is over two days after', '2024-06-02', null, false],
    ['stands where the range ends with it, long ago', '2026-01-01', '2024-05-31', true],
    ['is over where the range ends a day later, long ago', '2026-01-01', '2024-06-01', false],
    ['stands where the range ends with today', '2024-06-01', '2024-06-01', true],
    ['stands where the range ends in the future', '2024-06-01', '2024-12-31', true],
  ])('%s', (_name, today, lastDay, stands) => {
    const current = currentRun(runs, day(today), lastDay === null ? null : day(lastDay), none);
    expect(text(current)).toEqual(stands ? ['2024-05-30', '2024-05-31', 2] : null);
  });

  test('continues over a day that the calendar skipped', () => {
    const last = consecutiveRuns([day('2011-12-29')], apia);
    expect(currentRun(last, day('2011-12-31'), null, apia)).not.toBeNull();
  });
});
