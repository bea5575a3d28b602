import { dayMs } from './instant.ts';
import type { Range } from './range.ts';
import { type LocalMs, type OffsetSpan, skippedDays, toInstant, toLocal } from './zone.ts';

/**
 * Returns the days of a range by their local starts, which are also their UTC starts: a day is in the range when its
 * first instant in the zone is. This decides which posts with a known day only are in a range.
 */
export function daysIn(zone: string, { from, to }: Range): Range {
  // In UTC this is the same as asking whether 00:00 is in the range, which is simpler for the store.
  if (zone === 'UTC') return { from, to };
  const first = (instant: number | null) => (instant === null ? null : firstDayFrom(zone, instant));
  return { from: first(from), to: first(to) };
}

/** Returns the first day that begins at or after the instant. */
function firstDayFrom(zone: string, instant: number): LocalMs {
  // Clocks that were set back may show the previous day again.
  let day = Math.floor(toLocal(zone, instant) / dayMs) * dayMs - dayMs;
  while (toInstant(zone, day) < instant) day += dayMs;
  return day;
}

/**
 * Returns days as spans whose offset leads to the day on which they count: the day itself, or the next one for a day
 * that the zone's calendar skipped.
 */
export function daySpans(zone: string, from: LocalMs, to: LocalMs): readonly OffsetSpan[] {
  const skipped = skippedDays(zone);
  const spans: OffsetSpan[] = [];
  let start = from;
  for (const day of skipped.filter((left) => left >= from && left < to)) {
    if (start < day) spans.push(spanOf(start, day, 0));
    let next = day + dayMs;
    while (skipped.includes(next)) next += dayMs;
    spans.push(spanOf(day, day + dayMs, next - day));
    start = day + dayMs;
  }
  if (start < to) spans.push(spanOf(start, to, 0));
  return spans;
}

const spanOf = (from: number, to: number, offsetMs: number): OffsetSpan => ({
  from,
  to,
  since: from,
  until: to,
  offsetMs,
});
