import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  clockOf,
  dayOf,
  daysOf,
  weekdays,
  zoneCity,
  zoneName,
  zoneOffset,
} from '../../../../web/src/format/dates.ts';
import { about, age, duration } from '../../../../web/src/format/durations.ts';

describe('a date', () => {
  it('is that of the zone of the page, not of the browser', () => {
    expect(dayOf('2026-07-10T02:00:00Z', 'America/New_York', 'en')).toBe('Jul 9, 2026');
    expect(dayOf('2026-07-10T02:00:00Z', 'Asia/Kathmandu', 'en')).toBe('Jul 10, 2026');
  });

  it('names midnight 00, not 24', () => {
    expect(clockOf('2026-07-10T00:05:00Z', 'UTC', 'en')).toBe('00:05');
  });

  it('range ends with its last day, not with the day after', () => {
    const text = daysOf('2025-11-28T05:00:00Z', '2026-11-28T05:00:00Z', 'America/New_York', 'en');
    expect(text).toMatch(/^Nov 28, 2025\s–\sNov 27, 2026$/);
  });

  it('falls back to UTC for a zone that the browser does not know', () => {
    expect(dayOf('2026-07-10T02:00:00Z', 'Mars/Olympus', 'en')).toBe('Jul 10, 2026');
  });

  it.each([
    ['MONTH', 'Jul 2026'],
    ['QUARTER', 'Q3 2026'],
    ['YEAR', '2026'],
    ['WEEK', 'week of Jul 6, 2026'],
  ] as const)('of a %s is named %s', (step, text) => {
    expect(bucketOf('2026-07-06T00:00:00Z', step, 'UTC', 'en')).toBe(text);
  });

  it('weeks begin on Monday', () => {
    expect(weekdays('short', 'en')).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
  });
});

describe('a zone', () => {
  it('is named by its city, with its offset at the time', () => {
    expect(zoneCity('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
    expect(zoneName('UTC')).toBe('UTC');
    expect(zoneOffset('America/New_York', '2026-01-01T00:00:00Z')).toBe('UTC−5');
    expect(zoneOffset('Asia/Kathmandu', '2026-01-01T00:00:00Z')).toBe('UTC+5:45');
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [72, '1 min 12 s'],
    [3_600, '1 h'],
    [86_405, '1 d'],
    [100_000, '1 d 3 h'],
  ])('of %d seconds is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it('to come is approximate', () => {
    expect([about(20), about(61), about(7_300)]).toEqual(['less than a minute', 'about 1 min', 'about 2 h']);
  });

  it('ago is in its largest unit, and never ahead', () => {
    const now = Date.parse('2026-11-28T12:00:00Z');
    expect(age('2026-11-28T11:55:30Z', now, 'en')).toBe('4 minutes ago');
    expect(age('2026-11-28T12:00:09Z', now, 'en')).toBe('just now');
    expect(age('2026-11-25T11:00:00Z', now, 'en')).toBe('3 days ago');
  });
});
