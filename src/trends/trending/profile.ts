import { hourMs } from '../../shared/instant.ts';

/** A clock hour, as a number since 1970, with the author-hours of all terms in it. */
export type HourTotal = { readonly hour: number; readonly authorHours: number };

/** A span of time, in milliseconds: from inclusive, to exclusive. */
export type Stretch = { readonly from: number; readonly to: number };

const hoursOfWeek = 168;

/** The weight of the mean hour in each hour of the week: as much as one hour of the past. */
const smoothing = 1;

/**
 * Returns the share of the past that a window is worth: its length divided by that of the past, weighted by how busy
 * its hours of the week were. Only hours since the first post count, so a store of a few days expects no less. 0
 * without any.
 */
export function shareOf(totals: readonly HourTotal[], past: Stretch, window: Stretch): number {
  const first = totals.reduce((least, { hour }) => Math.min(least, hour), Number.POSITIVE_INFINITY);
  const end = Math.ceil(past.to / hourMs);
  const hours = end - first;
  if (!(hours > 0)) return 0;
  const mean = totals.reduce((sum, { authorHours }) => sum + authorHours, 0) / hours;
  const busy = new Array<number>(hoursOfWeek).fill(0);
  for (const { hour, authorHours } of totals)
    busy[hour % hoursOfWeek] = (busy[hour % hoursOfWeek] ?? 0) + authorHours;
  const weight = (hour: number): number => {
    const times = occurrences(hour % hoursOfWeek, first, end);
    return ((busy[hour % hoursOfWeek] ?? 0) + smoothing * mean) / ((times + smoothing) * mean);
  };
  return weighed(window, weight) / hours;
}

/** Returns the hours of the window, each times its weight. Whole weeks have the weight of their length. */
function weighed({ from, to }: Stretch, weight: (hour: number) => number): number {
  const weekMs = hoursOfWeek * hourMs;
  const weeks = Math.floor((to - from) / weekMs);
  let sum = weeks * hoursOfWeek;
  for (let at = from + weeks * weekMs; at < to; ) {
    const hour = Math.floor(at / hourMs);
    const next = Math.min((hour + 1) * hourMs, to);
    sum += ((next - at) / hourMs) * weight(hour);
    at = next;
  }
  return sum;
}

/** Counts how often an hour of the week occurs in [first, end). */
function occurrences(hourOfWeek: number, first: number, end: number): number {
  const before = (hour: number) => Math.ceil((hour - hourOfWeek) / hoursOfWeek);
  return before(end) - before(first);
}
