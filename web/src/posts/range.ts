import { dayIn, parseDay, startOfDay } from '../search-params/days.ts';
import { presets, type Range, type TimeRange, toTimeRange } from '../search-params/range.ts';

/**
 * A range of posts: a name, days, or instants; the end is exclusive. Unlike a chart's range, one end may be open, and
 * it may be as short as a bucket of minutes. Ends are days in the page's zone, or instants in UTC.
 */
export type PostsRange = Range | { readonly from: string | null; readonly to: string | null };

/**
 * Reads `1y`, `2026-01-01..2026-02-01`, `2026-03-01..` or `2026-07-10T14:00Z..2026-07-10T15:00Z`; null when invalid.
 */
export function parsePostsRange(text: string): PostsRange | null {
  const preset = presets.find((name) => name === text);
  if (preset !== undefined) return preset;
  const ends = text.split('..');
  if (ends.length !== 2) return null;
  const [from, to] = ends.map((end) => (end === '' ? null : (parseDay(end) ?? parseInstant(end))));
  if (from === undefined || to === undefined || (from === null && to === null)) return null;
  // An unreadable end invalidates the range: half of it would show other posts than requested.
  if (ends.some((end, index) => end !== '' && [from, to][index] === null)) return null;
  if (from !== null && to !== null && Date.parse(from) >= Date.parse(to)) return null;
  return { from, to };
}

/** Writes what `parsePostsRange` reads. */
export function printPostsRange(range: PostsRange): string {
  return typeof range === 'string' ? range : `${printEnd(range.from)}..${printEnd(range.to)}`;
}

/**
 * Returns the range between two instants, in days when both are the start of a day in the zone: a bucket of a chart.
 */
export function rangeBetween(from: string | Date, to: string | Date, zone: string): PostsRange {
  const ends = [new Date(from), new Date(to)];
  const days = ends.map((end) => dayBeginning(end, zone));
  const [first, last] = days.every((day) => day !== null) ? days : ends.map((end) => end.toISOString());
  return { from: first ?? null, to: last ?? null };
}

/** Returns the range in the API's format; null for all. */
export function toPostsTimeRange(range: PostsRange, zone: string, now: number): TimeRange | null {
  if (typeof range === 'string') return toTimeRange(range, zone, now);
  return {
    ...(range.from !== null && { from: instantOf(range.from, zone) }),
    ...(range.to !== null && { to: instantOf(range.to, zone) }),
  };
}

/** Returns an end of a range as an instant: a day starts in the zone. */
export function instantOf(end: string, zone: string): string {
  return (parseDay(end) === null ? new Date(end) : startOfDay(end, zone)).toISOString();
}

function parseInstant(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text)) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function printEnd(end: string | null): string {
  return end === null ? '' : end.replace(/(:00)?\.000Z$/, 'Z');
}

function dayBeginning(at: Date, zone: string): string | null {
  const day = dayIn(zone, at.getTime());
  return startOfDay(day, zone).getTime() === at.getTime() ? day : null;
}
