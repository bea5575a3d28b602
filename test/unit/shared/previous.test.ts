import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type PreviousBasis, previousRange } from '../../../src/shared/previous.ts';

const day = Temporal.PlainDate.from;
const zones = [
  'UTC',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Asia/Tokyo',
  'Pacific/Apia',
  'Pacific/Chatham',
];

/** The previous range, with its ends as people write them in the zone. */
function previous(zone: string, from: string, to: string, by: PreviousBasis = 'PERIOD'): readonly string[] {
  const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
  const range = previousRange(zone, { from: at(from), to: at(to) }, by);
  return [range.from, range.to].map((instant) =>
    Temporal.Instant.fromEpochMilliseconds(instant)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: 'minute' }),
  );
}

describe('the period before', () => {
  test.each([
    ['of a month is a month', 'America/New_York', '2026-03-01', '2026-04-01', '2026-02-01T00:00'],
    ['of a leap year is a year', 'America/New_York', '2016-01-01', '2017-01-01', '2015-01-01T00:00'],
    ['of two quarters is two quarters', 'Europe/Berlin', '2024-04-01', '2024-10-01', '2023-10-01T00:00'],
    ['of six months that begin in none is six months', 'UTC', '2024-02-01', '2024-08-01', '2023-08-01T00:00'],
    ['of a week is a week', 'America/New_York', '2026-03-09', '2026-03-16', '2026-03-02T00:00'],
    ['of a month of four weeks is a month', 'UTC', '2021-02-01', '2021-03-01', '2021-01-01T00:00'],
    ['of four other weeks is four weeks', 'UTC', '2021-03-08', '2021-04-05', '2021-02-08T00:00'],
    ['of five days is five days', 'America/New_York', '2026-03-10', '2026-03-15', '2026-03-05T00:00'],
    ['of hours is as many', 'America/New_York', '2026-03-08T12:00', '2026-03-08T18:00', '2026-03-08T06:00'],
    [
      'of days and hours is as long',
      'America/New_York',
      '2026-03-09',
      '2026-03-10T12:00',
      '2026-03-07T11:00',
    ],
    [
      'begins at 01:00 on a day that does',
      'America/Sao_Paulo',
      '2018-11-05',
      '2018-11-06',
      '2018-11-04T01:00',
    ],
    [
      'ends at 01:00 on a day that begins then',
      'America/Sao_Paulo',
      '2018-11-04',
      '2018-11-06',
      '2018-11-02T00:00',
    ],
    [
      'has as many days, without one that was left out',
      'Pacific/Apia',
      '2011-12-31',
      '2012-01-02',
      '2011-12-28T00:00',
    ],
    ['counts no day that was left out', 'Pacific/Apia', '2011-12-29', '2011-12-31', '2011-12-28T00:00'],
    [
      'of a day of half an hour more is a day',
      'Australia/Lord_Howe',
      '2024-04-07',
      '2024-04-08',
      '2024-04-06T00:00',
    ],
  ])('%s', (_name, zone, from, to, before) => {
    const start = Temporal.PlainDateTime.from(from).toZonedDateTime(zone).toPlainDateTime();
    expect(previous(zone, from, to)).toEqual([before, start.toString({ smallestUnit: 'minute' })]);
  });

  test('of an empty range is empty', () => {
    expect(previous('UTC', '2024-01-01', '2024-01-01')).toEqual(['2024-01-01T00:00', '2024-01-01T00:00']);
  });
});

describe('the year before', () => {
  test.each([
    ['has the same dates', 'UTC', '2024-03-05', '2024-04-07', '2023-03-05T00:00', '2023-04-07T00:00'],
    [
      'has the same times',
      'Europe/Berlin',
      '2024-03-31T08:00',
      '2024-11-01T09:30',
      '2023-03-31T08:00',
      '2023-11-01T09:30',
    ],
    ['of a leap day is the 28th', 'UTC', '2024-02-29', '2024-03-01', '2023-02-28T00:00', '2023-03-01T00:00'],
    [
      'of the day before it is the 28th',
      'UTC',
      '2024-02-28',
      '2024-02-29',
      '2023-02-28T00:00',
      '2023-03-01T00:00',
    ],
    [
      'of an hour of it is the hour',
      'UTC',
      '2024-02-29T08:00',
      '2024-02-29T09:00',
      '2023-02-28T08:00',
      '2023-02-28T09:00',
    ],
    [
      'of a leap year is the whole year',
      'UTC',
      '2024-01-01',
      '2025-01-01',
      '2023-01-01T00:00',
      '2024-01-01T00:00',
    ],
    [
      'begins a day as it began then',
      'America/Sao_Paulo',
      '2018-11-04',
      '2018-11-05',
      '2017-11-04T00:00',
      '2017-11-05T00:00',
    ],
    [
      'is empty where the day was left out',
      'Pacific/Apia',
      '2012-12-30',
      '2012-12-31',
      '2011-12-31T00:00',
      '2011-12-31T00:00',
    ],
    [
      'never ends before it starts',
      'UTC',
      '2024-02-28T20:00',
      '2024-02-29T12:00',
      '2023-02-28T20:00',
      '2023-02-28T20:00',
    ],
  ])('%s', (_name, zone, from, to, ...before) => {
    expect(previous(zone, from, to, 'YEAR')).toEqual(before);
  });
});

/** The days of the zone's calendar, from the first on; each begins at its first instant. */
function* daysFrom(zone: string, first: Temporal.PlainDate, step: 1 | -1) {
  for (let date = first; ; date = date.add({ days: step })) {
    const start = date.toZonedDateTime(zone);
    if (start.toPlainDate().equals(date)) yield { date, start: start.epochMilliseconds };
  }
}

const unitsOfDay: readonly ((date: Temporal.PlainDate) => boolean)[] = [
  (date) => date.dayOfYear === 1,
  (date) => date.day === 1 && (date.month - 1) % 3 === 0,
  (date) => date.day === 1,
  (date) => date.dayOfWeek === 1,
  () => true,
];

/** Counts day by day: back over as many starts of the largest unit as the range has. */
function walked(zone: string, from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  const begins = unitsOfDay.find((isStart) => isStart(from) && isStart(to)) ?? (() => true);
  let left = 0;
  for (const { date } of daysFrom(zone, from, 1)) {
    if (Temporal.PlainDate.compare(date, to) >= 0) break;
    if (begins(date)) left += 1;
  }
  for (const { date, start } of daysFrom(zone, from, -1)) {
    if (left === 0) return start;
    if (!date.equals(from) && begins(date)) left -= 1;
    if (left === 0) return start;
  }
  throw new Error('no day before');
}

const zone = fc.constantFrom(...zones);
/** Often a first of a month, a Monday, or close to a day that Apia skipped. */
const date = fc.oneof(
  fc.nat(9_000).map((days) => day('2006-01-01').add({ days })),
  fc.nat(300).map((months) => day('2006-01-01').add({ months })),
  fc.nat(1_300).map((weeks) => day('2006-01-02').add({ weeks })),
  fc.nat(25).map((days) => day('2011-12-20').add({ days })),
);
/** Whole days, weeks, months or years, at most three years. */
const length = fc.oneof(
  fc.nat(400).map((days) => ({ days })),
  fc.nat(60).map((weeks) => ({ weeks })),
  fc.nat(30).map((months) => ({ months })),
  fc.nat(3).map((years) => ({ years })),
);
const exists = (name: string, of: Temporal.PlainDate) => of.toZonedDateTime(name).toPlainDate().equals(of);

describe('in every zone', () => {
  const startOf = (name: string, of: Temporal.PlainDate) => of.toZonedDateTime(name).epochMilliseconds;

  test('whole days are compared with those that counting day by day finds', () => {
    fc.assert(
      fc.property(zone, date, length, (name, from, much) => {
        const to = from.add(much);
        fc.pre(exists(name, from) && exists(name, to));
        const [start, end] = [startOf(name, from), startOf(name, to)];
        const before = previousRange(name, { from: start, to: end }, 'PERIOD');
        expect(before).toEqual({ from: walked(name, from, to), to: start });
      }),
      { numRuns: 100 },
    );
  });

  test('whole days a year earlier are the same dates', () => {
    fc.assert(
      fc.property(zone, date, length, (name, from, much) => {
        const to = from.add(much);
        fc.pre(exists(name, from) && exists(name, to) && !from.equals(to));
        const range = { from: startOf(name, from), to: startOf(name, to) };
        // The day after the last one, which the 28th of February is for the 29th.
        const isLeapDay = to.month === 2 && to.day === 29;
        const end = isLeapDay ? day(`${to.year - 1}-03-01`) : to.subtract({ years: 1 });
        expect(previousRange(name, range, 'YEAR')).toEqual({
          from: startOf(name, from.subtract({ years: 1 })),
          to: startOf(name, end),
        });
      }),
      { numRuns: 300 },
    );
  });
});
