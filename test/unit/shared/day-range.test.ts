import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { daysIn, daySpans } from '../../../src/shared/day-range.ts';

const dayMs = 86_400_000;
const moments = [
  ['America/New_York', Date.UTC(2024, 2, 10, 5)],
  ['America/St_Johns', Date.UTC(2010, 10, 7, 2, 31)],
  ['America/Sao_Paulo', Date.UTC(2018, 10, 4, 3)],
  ['Africa/Cairo', Date.UTC(2023, 3, 27, 22)],
  ['Asia/Beirut', Date.UTC(2022, 2, 26, 22)],
  ['Asia/Kathmandu', Date.UTC(2020, 1, 28, 18, 15)],
  ['Pacific/Apia', Date.UTC(2011, 11, 30, 10)],
  ['Pacific/Kiritimati', Date.UTC(2015, 0, 1)],
] as const;

/** The days around a moment, by their start in UTC, with the instant at which each begins in the zone. */
const around = (zone: string, moment: number) =>
  Array.from({ length: 15 }, (_, index) => {
    const utc = Math.floor(moment / dayMs) * dayMs + (index - 7) * dayMs;
    const day = Temporal.PlainDate.from(new Date(utc).toISOString().slice(0, 10));
    return { utc, day, start: day.toZonedDateTime(zone).epochMilliseconds };
  });

test('a range includes the days that begin in it', () => {
  const near = fc.oneof(fc.integer({ min: -3 * dayMs, max: 3 * dayMs }), fc.integer({ min: -5, max: 5 }));
  fc.assert(
    fc.property(fc.constantFrom(...moments), near, near, ([zone, moment], one, other) => {
      const [from, to] = [moment + Math.min(one, other), moment + Math.max(one, other)];
      const days = daysIn(zone, { from, to });
      const all = around(zone, moment);
      const held = all.filter(({ utc }) => utc >= (days.from ?? 0) && utc < (days.to ?? 0));
      expect(held).toEqual(all.filter(({ start }) => start >= from && start < to));
    }),
    { numRuns: 500 },
  );
});

test('an open range includes all days', () => {
  expect(daysIn('Asia/Tokyo', { from: null, to: null })).toEqual({ from: null, to: null });
});

test('each day counts on itself, or on the next when the zone left it out', () => {
  for (const [zone, moment] of moments) {
    const all = around(zone, moment);
    const [first, last] = [all[0]?.utc ?? 0, all.at(-1)?.utc ?? 0];
    const spans = daySpans(zone, first, last + dayMs);
    for (const { utc, start } of all) {
      const span = spans.filter(({ from, to }) => utc >= from && utc < to);
      const shown = Temporal.Instant.fromEpochMilliseconds(start)
        .toZonedDateTimeISO(zone)
        .toPlainDate()
        .toString();
      expect(span.map(({ offsetMs }) => new Date(utc + offsetMs).toISOString().slice(0, 10))).toEqual([
        shown,
      ]);
    }
  }
});
