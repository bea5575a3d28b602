import { describe, expect, test } from 'vitest';
import { offsetSpans, parseZone, skippedDays, toInstant, toLocal } from '../../../src/shared/zone.ts';

const hourMs = 3_600_000;

describe('offset spans', () => {
  test('cover a range without gaps and know where they began', () => {
    const [from, to] = [Date.UTC(2024, 2, 10), Date.UTC(2024, 2, 11)];
    const change = Date.UTC(2024, 2, 10, 7);
    expect(offsetSpans('America/New_York', from, to)).toEqual([
      { from, to: change, since: Date.UTC(2023, 10, 5, 6), until: change, offsetMs: -5 * hourMs },
      { from: change, to, since: change, until: Date.UTC(2024, 10, 3, 6), offsetMs: -4 * hourMs },
    ]);
  });

  test('of a zone without changes reach from the beginning to the end of time', () => {
    expect(offsetSpans('Asia/Kathmandu', 0, 1)).toEqual([
      {
        from: 0,
        to: 1,
        since: Number.NEGATIVE_INFINITY,
        until: Number.POSITIVE_INFINITY,
        offsetMs: 5.75 * hourMs,
      },
    ]);
  });
});

describe('local time', () => {
  test.each([
    ['UTC', '2024-02-29T12:00:00.000Z', '2024-02-29T12:00:00.000Z'],
    ['Asia/Kathmandu', '2024-02-29T18:15:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['America/New_York', '2024-03-10T06:59:59.999Z', '2024-03-10T01:59:59.999Z'],
    ['America/New_York', '2024-03-10T07:00:00.000Z', '2024-03-10T03:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29T23:59:59.999Z'],
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31T00:00:00.000Z'],
    ['Australia/Lord_Howe', '2024-10-05T15:30:00.000Z', '2024-10-06T02:30:00.000Z'],
  ])('in %s at %s is %s', (zone, instant, local) => {
    expect(new Date(toLocal(zone, Date.parse(instant))).toISOString()).toBe(local);
  });

  test.each([
    [
      'a time that comes twice is the first',
      'America/New_York',
      '2024-11-03T01:30:00Z',
      '2024-11-03T05:30:00Z',
    ],
    [
      'a skipped time is when clocks were set',
      'America/New_York',
      '2024-03-10T02:30:00Z',
      '2024-03-10T07:00:00Z',
    ],
    ['a skipped day is when clocks were set', 'Pacific/Apia', '2011-12-30T00:00:00Z', '2011-12-30T10:00:00Z'],
    ['half an hour can be skipped', 'Australia/Lord_Howe', '2024-10-06T02:15:00Z', '2024-10-05T15:30:00Z'],
    [
      'a midnight that comes twice is the first',
      'America/St_Johns',
      '2010-11-07T00:00:00Z',
      '2010-11-07T02:30:00Z',
    ],
  ])('%s', (_name, zone, local, instant) => {
    expect(new Date(toInstant(zone, Date.parse(local))).toISOString()).toBe(new Date(instant).toISOString());
  });
});

test('only days that a calendar left out are skipped days', () => {
  expect(skippedDays('Pacific/Apia')).toEqual([Date.UTC(2011, 11, 30)]);
  expect(skippedDays('America/New_York')).toEqual([]);
});

test.each([
  ['europe/BERLIN', 'Europe/Berlin'],
  ['asia/kathmandu', 'Asia/Kathmandu'],
  ['ASIA/KATMANDU', 'Asia/Katmandu'],
  ['us/eastern', 'US/Eastern'],
  ['america/port-au-prince', 'America/Port-au-Prince'],
  ['africa/dar_es_salaam', 'Africa/Dar_es_Salaam'],
  ['antarctica/dumontdurville', 'Antarctica/DumontDUrville'],
  ['etc/gmt+5', 'Etc/GMT+5'],
  ['w-su', 'W-SU'],
  ['utc', 'UTC'],
  ['Etc/UTC', 'UTC'],
  ['Zulu', 'UTC'],
])('%s is spelled %s', (name, spelling) => {
  expect(parseZone(name)).toBe(spelling);
  expect(parseZone(spelling)).toBe(spelling);
});

test('every zone that is known is spelled as the list of zones has it', () => {
  const names = Intl.supportedValuesOf('timeZone');
  expect(names.map((name) => parseZone(name.toUpperCase()))).toEqual(names);
});

test.each(['Mars/Olympus', '+05:45', '', 'Europe/Nowhere', 'PST', 'IST'])('%s is not a zone', (name) => {
  expect(() => parseZone(name)).toThrow('Unknown time zone');
});
