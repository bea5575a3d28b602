import type { Step } from '../format/dates.ts';
import { addDays, addYears, type Day, dayIn, daysBetween, parseDay, startOfDay } from './days.ts';

/** The ranges that have a name, in the order in which they are offered. */
export const presets = ['7d', '30d', '90d', '1y', 'all'] as const;
/** One of the named ranges; relative ones stay relative in links. */
export type Preset = (typeof presets)[number];
/** A range as the address has it: a name, or two days of which the last one is not in it. */
export type Range = Preset | { readonly from: Day; readonly to: Day };
/** The API's TimeRange. */
export type TimeRange = { readonly from?: string; readonly to?: string };

const lengths = { '7d': 7, '30d': 30, '90d': 90 } as const;

/** Reads `1y` or `2026-01-01..2026-02-01`; null when it is neither. */
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

/** Returns the range's days in a zone, the last one not in it; null for all. Named ranges end with today. */
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
 * Returns the range as the API takes it; null for all. A range with a name has no end, so that it is the same question
 * all day long, which caches answer, and holds what comes while the page is open.
 */
export function toTimeRange(range: Range, zone: string, now: number): TimeRange | null {
  const days = rangeDays(range, zone, now);
  if (days === null) return null;
  const from = startOfDay(days.from, zone).toISOString();
  return typeof range === 'string' ? { from } : { from, to: startOfDay(days.to, zone).toISOString() };
}

/** Returns the range of the same length before it (-1) or after it (1); null for all, and past today. */
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

/** Returns the step that suits a range: about 7 to 60 bars on a desktop. `days` is the length of `all`, when known. */
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

/** Returns the next coarser step that a phone has room for: bars of 8 pixels at least. */
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
