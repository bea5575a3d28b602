import { dayOf, minuteOf } from '../../format/dates.ts';
import { addDays, parseDay } from '../../search-params/days.ts';
import type { PostsRange } from '../range.ts';

const presetWords = {
  '7d': 'last 7 days',
  '30d': 'last 30 days',
  '90d': 'last 90 days',
  '1y': 'last year',
  all: 'all',
} as const;

/** The first and the last day of a range of days; null for an open or invalid end. */
export function rangeEnds(range: PostsRange): { readonly from: string | null; readonly to: string | null } {
  if (typeof range === 'string') return { from: null, to: null };
  const from = range.from === null ? null : parseDay(range.from);
  const to = range.to === null ? null : parseDay(range.to);
  return { from, to: to === null ? null : addDays(to, -1) };
}

/** A range in words: `since Mar 1, 2026`, `Jul 10, 2026`, `Jul 10, 2026, 14:00 – Jul 10, 2026, 15:00`. */
export function rangeWords(range: PostsRange, zone: string, tag?: string): string {
  if (typeof range === 'string') return presetWords[range];
  const ends = rangeEnds(range);
  const first = range.from === null ? null : endWords(range.from, ends.from, zone, tag);
  const last = range.to === null ? null : endWords(range.to, ends.to, zone, tag);
  if (first === null) return `until ${last}`;
  if (last === null) return `since ${first}`;
  return first === last ? first : `${first} – ${last}`;
}

function endWords(end: string, day: string | null, zone: string, tag: string | undefined): string {
  return day === null ? minuteOf(end, zone, tag) : dayOf(`${day}T00:00:00Z`, 'UTC', tag);
}
