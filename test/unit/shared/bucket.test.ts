import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bucketLabel,
  bucketOfKey,
  bucketsOf,
  clockBucketAt,
  floorLocal,
  type Interval,
} from '../../../src/shared/bucket.ts';

const at = (text: string) => Date.parse(text);
const starts = (zone: string, interval: Interval, from: string, to: string) =>
  bucketsOf(zone, interval, at(from), at(to)).map(({ start }) => new Date(start).toISOString());

describe('calendar steps', () => {
  test.each([
    ['DAY', '2024-02-29T23:59:59.999Z', '2024-02-29', '2024-03-01'],
    ['WEEK', '2024-12-31T12:00:00Z', '2024-12-30', '2025-01-06'],
    ['WEEK', '2024-12-29T23:59:59Z', '2024-12-23', '2024-12-30'],
    ['WEEK', '1970-01-01T00:00:00Z', '1969-12-29', '1970-01-05'],
    ['WEEK', '1969-12-28T00:00:00Z', '1969-12-22', '1969-12-29'],
    ['WEEK', '2024-02-29T00:00:00Z', '2024-02-26', '2024-03-04'],
    ['WEEK', '2026-11-23T00:00:00Z', '2026-11-23', '2026-11-30'],
    ['MONTH', '2024-02-29T12:00:00Z', '2024-02-01', '2024-03-01'],
    ['MONTH', '2024-12-31T12:00:00Z', '2024-12-01', '2025-01-01'],
    ['QUARTER', '2024-11-03T12:00:00Z', '2024-10-01', '2025-01-01'],
    ['YEAR', '2024-06-01T12:00:00Z', '2024-01-01', '2025-01-01'],
    ['YEAR', '0050-06-01T12:00:00Z', '0050-01-01', '0051-01-01'],
    ['DAY', '1969-12-31T23:00:00Z', '1969-12-31', '1970-01-01'],
  ] as const)('a %s around %s begins on %s and ends on %s', (interval, local, start, next) => {
    expect(floorLocal(at(local), interval)).toBe(at(start));
    expect(bucketOfKey('UTC', interval, at(start)).end).toBe(at(next));
  });

  test.each([
    ['2024-02-29', 'DAY', '2024-02-29'],
    ['2024-12-30', 'WEEK', '2025-W01'],
    ['2020-12-28', 'WEEK', '2020-W53'],
    ['2021-01-03', 'WEEK', '2020-W53'],
    ['2023-01-01', 'WEEK', '2022-W52'],
    ['2024-02-26', 'WEEK', '2024-W09'],
    ['2024-02-01', 'MONTH', '2024-02'],
    ['2024-04-01', 'QUARTER', '2024-Q2'],
    ['2024-12-31', 'QUARTER', '2024-Q4'],
    ['2024-01-01', 'YEAR', '2024'],
    ['2024-02-29T13:00:00Z', 'HOUR', '2024-02-29T13:00'],
    ['2024-02-29T13:07:00Z', 'MINUTE', '2024-02-29T13:07'],
    ['2024-02-29T13:07:59Z', 'SECOND', '2024-02-29T13:07:59'],
  ] as const)('%s as a %s is %s', (local, interval, label) => {
    expect(bucketLabel(at(local), interval)).toBe(label);
  });
});

describe('buckets of a range', () => {
  test.each([
    ['spring forward', '2024-03-10', 23],
    ['fall back', '2024-11-03', 25],
    ['nothing happens', '2024-06-01', 24],
  ])('the day on which clocks %s has its hours (%s: %i)', (_name, day, hours) => {
    const { start, end } = bucketOfKey('America/New_York', 'DAY', at(day));
    expect((end - start) / 3_600_000).toBe(hours);
    expect(bucketsOf('America/New_York', 'HOUR', start, end)).toHaveLength(hours);
  });

  test('a day that the calendar left out has no bucket', () => {
    expect(starts('Pacific/Apia', 'DAY', '2011-12-29T12:00:00Z', '2011-12-31T12:00:00Z')).toEqual([
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });

  test('an hour in which clocks are set by half an hour is cut there', () => {
    expect(starts('Australia/Lord_Howe', 'HOUR', '2024-04-06T13:00:00Z', '2024-04-06T17:00:00Z')).toEqual([
      '2024-04-06T13:00:00.000Z',
      '2024-04-06T14:00:00.000Z',
      '2024-04-06T15:00:00.000Z',
      '2024-04-06T15:30:00.000Z',
      '2024-04-06T16:30:00.000Z',
    ]);
  });

  test('hours are those of clocks that differ by 45 minutes', () => {
    expect(starts('Asia/Kathmandu', 'HOUR', '2024-01-01T00:20:00Z', '2024-01-01T01:16:00Z')).toEqual([
      '2024-01-01T00:15:00.000Z',
      '2024-01-01T01:15:00.000Z',
    ]);
  });

  test('the first begins before a range that begins within it', () => {
    expect(starts('UTC', 'MINUTE', '2024-01-01T00:00:59.999Z', '2024-01-01T00:01:00.001Z')).toEqual([
      '2024-01-01T00:00:00.000Z',
      '2024-01-01T00:01:00.000Z',
    ]);
    expect(starts('UTC', 'YEAR', '2023-12-31T23:59:59.999Z', '2024-01-01T00:00:00Z')).toEqual([
      '2023-01-01T00:00:00.000Z',
    ]);
  });

  test('an empty range has none', () => {
    for (const interval of ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'YEAR'] as const) {
      expect(starts('UTC', interval, '2024-01-01T12:00:00Z', '2024-01-01T12:00:00Z')).toEqual([]);
    }
  });

  test('a day that clocks show again after midnight is in the range', () => {
    // 00:00:30, then set back to 23:01 of the day before.
    const days = bucketsOf('America/St_Johns', 'DAY', at('2010-11-07T02:30:30Z'), at('2010-11-07T02:45:00Z'));
    expect(days.map(({ key }) => new Date(key).toISOString().slice(0, 10))).toEqual([
      '2010-11-06',
      '2010-11-07',
    ]);
  });

  test('more than 20,000 are refused before they are made', () => {
    expect(bucketsOf('UTC', 'MINUTE', 0, 20_000 * 60_000)).toHaveLength(20_000);
    expect(() => bucketsOf('UTC', 'MINUTE', 0, 20_000 * 60_000 + 1)).toThrow('Too many buckets');
    expect(() => starts('UTC', 'DAY', '0001-01-01T00:00:00Z', '9999-12-31T00:00:00Z')).toThrow(
      'Too many buckets',
    );
    expect(() => starts('UTC', 'MINUTE', '0001-01-01T00:00:00Z', '9999-12-31T00:00:00Z')).toThrow(
      'Too many buckets',
    );
  });
});

test('an hour that comes twice is distinguished by its instant', () => {
  const first = clockBucketAt('America/New_York', 'HOUR', at('2024-11-03T05:59:00Z'));
  const second = clockBucketAt('America/New_York', 'HOUR', at('2024-11-03T06:00:00Z'));
  expect([first.start, first.end, second.start]).toEqual([
    at('2024-11-03T05:00:00Z'),
    at('2024-11-03T06:00:00Z'),
    at('2024-11-03T06:00:00Z'),
  ]);
});

test('the start of a month, quarter or year does not depend on what was asked before', () => {
  const day = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) });
  const near = fc.array(
    fc.tuple(fc.constantFrom('MONTH', 'QUARTER', 'YEAR'), fc.integer({ min: -400, max: 400 })),
  );
  const months = { MONTH: 1, QUARTER: 3, YEAR: 12 };
  fc.assert(
    fc.property(day, near, (first, asked) => {
      for (const [interval, days] of asked) {
        const local = first + days * 86_400_000;
        const date = new Date(local);
        const month = date.getUTCMonth() - (date.getUTCMonth() % months[interval]);
        expect(floorLocal(local, interval)).toBe(new Date(0).setUTCFullYear(date.getUTCFullYear(), month, 1));
      }
    }),
  );
});

test('buckets that were asked for before are the same, whatever came in between', () => {
  const ask = (year: number, zone: string) =>
    starts(zone, 'DAY', `${year}-02-28T12:00:00Z`, `${year + 9}-03-02T12:00:00Z`);
  const before = ask(2004, 'UTC');
  // More than are cached.
  for (let year = 2005; year < 2025; year++) ask(year, 'Europe/Berlin');
  expect(ask(2004, 'UTC')).toEqual(before);
  expect(before).toHaveLength(3_291);
  expect(ask(2004, 'Europe/Berlin')[0]).toBe('2004-02-27T23:00:00.000Z');
});
