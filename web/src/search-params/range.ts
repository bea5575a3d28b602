import type { Step } from '../format/dates.ts';
import { addDays, addYears, type Day, dayIn, daysBetween, parseDay, startOfDay } from './days.ts';

/** The named ranges, in display order. */
export const presets = ['7d', '30d', '90d', '1y', 'all'] as const;
/** One of the named ranges; they stay relative in links. */
export type Preset = (typeof presets)[number];
/** A range in an address: a name, or two days, of which the second is exclusive. */
export type Range = Preset | { readonly from: Day; readonly to: Day };
/** The API's TimeRange. */
export type TimeRange = { readonly from?: string; readonly to?: string };

const lengths = { '7d': 7, '30d': 30, '90d': 90 } as const;

/** Reads `1y` or `2026-01-01..2026-02-01`; null when invalid. */
export function parseRange(text: string): Range | null {
  const preset = presets.find((name) => name === text);
  if (preset !== undefined) return preset;
  const [from, to, ...rest] = text.split('..').map(parseDay);
  return from && to && rest.length === 0 && from < to ? { from, to } : null;
}

/** Writes what `parseRange` reads. */
export function printRange(range: Range): string {
  return typeof range === 'string' ? range : `${range.from}..${range.to}`;
}

/** Returns the range's days in a zone, the last one exclusive; null for all. Named ranges end with today. */
export function rangeDays(
  range: Range,
  zone: string,
  now: number,
): { readonly from: Day; readonly to: Day } | null {
  if (range === 'all') return null;
  if (typeof range !== 'string') return range;
  const to = addDays(dayIn(zone, now), 1);
  return { from: range === '1y' ? addYears(to, -1) : addDays(to, -lengths[range]), to };
}

/**
 * Returns the range in the API's format; null for all. A named range has no end, so that the request stays the same all
 * day and can be cached, and includes new data while the page is open.
 */
export function toTimeRange(range: Range, zone: string, now: number): TimeRange | null {
  const days = rangeDays(range, zone, now);
  if (days === null) return null;
  const from = startOfDay(days.from, zone).toISOString();
  return typeof range === 'string' ? { from } : { from, to: startOfDay(days.to, zone).toISOString() };
}

/** Returns the range of the same length before it (-1) or after it (1); null for all, and for the future. */
export function shiftRange(range: Range, by: -1 | 1, zone: string, now: number): Range | null {
  const days = rangeDays(range, zone, now);
  if (days === null) return null;
  const length = daysBetween(days.from, days.to);
  const moved =
    range === '1y'
      ? { from: addYears(days.from, by), to: addYears(days.to, by) }
      : { from: addDays(days.from, by * length), to: addDays(days.to, by * length) };
  return moved.from > dayIn(zone, now) ? null : moved;
}

/** Returns a suitable step for a range: about 7 to 60 bars on a desktop. `days`: the length of `all`, when known. */
export function stepFor(range: Range, days: number | null = null): Step {
  const length =
    typeof range !== 'string'
      ? daysBetween(range.from, range.to)
      : range === 'all'
        ? (days ?? 3_650)
        : range === '1y'
          ? 365
          : lengths[range];
  if (length <= 2) return 'HOUR';
  if (length <= 62) return 'DAY';
  if (length <= 400) return 'WEEK';
  if (length <= 3_700) return 'MONTH';
  return 'QUARTER';
}

/** Returns the next coarser step for a phone: bars of at least 8 pixels. */
export function coarser(step: Step, buckets: number, width: number): Step {
  const next: Partial<Record<Step, readonly [Step, number]>> = {
    MINUTE: ['HOUR', 60],
    HOUR: ['DAY', 24],
    DAY: ['WEEK', 7],
    WEEK: ['MONTH', 4.35],
    MONTH: ['QUARTER', 3],
    QUARTER: ['YEAR', 4],
  };
  const to = next[step];
  return to === undefined || buckets * 8 <= width ? step : coarser(to[0], buckets / to[1], width);
}
