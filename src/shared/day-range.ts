import { dayMs } from './instant.ts';
import type { Range } from './range.ts';
import { type LocalMs, type OffsetSpan, skippedDays, toInstant, toLocal } from './zone.ts';

/**
 * The days that a range holds, by their local starts, which are those of UTC too: a day is in the range when its first
 * instant in the zone is. Posts of which only the day is known are in a range by this rule.
 */
export function daysIn(zone: string, { from, to }: Range): Range {
  // There it is the same to ask whether 00:00 is in the range, and plainer for the store.
  if (zone === 'UTC') return { from, to };
  const first = (instant: number | null) => (instant === null ? null : firstDayFrom(zone, instant));
  return { from: first(from), to: first(to) };
}

/** The first day that begins at the instant or after it. */
function firstDayFrom(zone: string, instant: number): LocalMs {
  // Clocks that were set back may show the day before again.
  let day = Math.floor(toLocal(zone, instant) / dayMs) * dayMs - dayMs;
  while (toInstant(zone, day) < instant) day += dayMs;
  return day;
}

/**
 * Days as spans whose offset leads to the day that they count on: themselves, but the next one for a day that the zone's
 * calendar left out.
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
