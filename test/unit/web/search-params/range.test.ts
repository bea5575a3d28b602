import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addYears, dayIn, startOfDay } from '../../../../web/src/search-params/days.ts';
import {
  coarser,
  parseRange,
  presets,
  printRange,
  rangeDays,
  shiftRange,
  stepFor,
  toTimeRange,
} from '../../../../web/src/search-params/range.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const zones = [
  'UTC',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Auckland',
  'America/Sao_Paulo',
  'Africa/Cairo',
];

describe('a range in the address', () => {
  it('is written as it was read', () => {
    for (const text of [...presets, '2026-01-01..2026-02-01'])
      expect(printRange(parseRange(text) ?? 'all')).toBe(text);
  });

  it.each([
    '',
    '8d',
    '2026-01-01',
    '2026-02-30..2026-03-01',
    '2026-02-01..2026-01-01',
    '2026-01-01..2026-01-01',
    'a..b',
  ])('%j is no range', (text) => expect(parseRange(text)).toBeNull());

  it('with a name ends with today, in the zone of the page', () => {
    expect(rangeDays('7d', 'UTC', now)).toEqual({ from: '2026-11-22', to: '2026-11-29' });
    const evening = Date.parse('2026-11-28T03:00:00Z');
    expect(rangeDays('7d', 'America/New_York', evening)).toEqual({ from: '2026-11-21', to: '2026-11-28' });
  });

  it('becomes instants of the zone for the API; with a name it has no end, and all has none at all', () => {
    expect(toTimeRange('all', 'UTC', now)).toBeNull();
    expect(toTimeRange('7d', 'America/New_York', now)).toEqual({ from: '2026-11-22T05:00:00.000Z' });
    expect(toTimeRange({ from: '2026-01-01', to: '2026-07-01' }, 'America/New_York', now)).toEqual({
      from: '2026-01-01T05:00:00.000Z',
      to: '2026-07-01T04:00:00.000Z',
    });
  });

  it('moves by its own length, a year by a year, and never past today', () => {
    expect(shiftRange('7d', -1, 'UTC', now)).toEqual({ from: '2026-11-15', to: '2026-11-22' });
    expect(shiftRange({ from: '2026-01-01', to: '2026-02-01' }, 1, 'UTC', now)).toEqual({
      from: '2026-02-01',
      to: '2026-03-04',
    });
    expect(shiftRange('1y', -1, 'UTC', now)).toEqual({ from: '2024-11-29', to: '2025-11-29' });
    expect(shiftRange('7d', 1, 'UTC', now)).toBeNull();
    expect(shiftRange('all', -1, 'UTC', now)).toBeNull();
  });

  it('has a step that suits its length', () => {
    expect([stepFor('7d'), stepFor('90d'), stepFor('1y'), stepFor('all'), stepFor('all', 300)]).toEqual([
      'DAY',
      'WEEK',
      'WEEK',
      'MONTH',
      'WEEK',
    ]);
  });

  it('has a coarser step on a phone, whose bars have 8 pixels', () => {
    expect(coarser('WEEK', 53, 310)).toBe('MONTH');
    expect(coarser('WEEK', 53, 900)).toBe('WEEK');
    expect(coarser('YEAR', 900, 10)).toBe('YEAR');
  });
});

describe('a day', () => {
  it('begins at its first instant, in zones of all kinds', () => {
    const days = fc.integer({ min: 0, max: 20_000 }).map((count) => addDays('1990-01-01', count));
    fc.assert(
      fc.property(days, fc.constantFrom(...zones), (day, zone) => {
        const start = startOfDay(day, zone).getTime();
        expect(dayIn(zone, start)).toBe(day);
        expect(dayIn(zone, start - 1_000)).toBe(addDays(day, -1));
      }),
    );
  });

  it('a year after a leap day is 28 February', () => {
    expect(addYears('2024-02-29', 1)).toBe('2025-02-28');
  });
});
