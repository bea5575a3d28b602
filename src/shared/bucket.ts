import { must, QueryTooComplexError } from './errors.ts';
import { dayMs, hourMs, minuteMs, secondMs } from './instant.ts';
import { type LocalMs, type OffsetSpan, offsetSpans, toInstant } from './zone.ts';

/** The steps of a series, with the sentence that the API says of each. */
export const intervals = {
  SECOND: { description: 'Seconds of the clock.' },
  MINUTE: { description: 'Minutes of the clock.' },
  HOUR: { description: 'Hours of the clock.' },
  DAY: { description: 'Days, from midnight.' },
  WEEK: { description: 'ISO weeks, from Monday.' },
  MONTH: { description: 'Months of the calendar.' },
  QUARTER: { description: 'Three months, from January, April, July and October.' },
  YEAR: { description: 'Years of the calendar.' },
} as const;
export type Interval = keyof typeof intervals;

/** Steps of a series that are told by the calendar, not by the clock. */
export type CalendarInterval = Exclude<Interval, ClockInterval>;
const clockSteps = { SECOND: secondMs, MINUTE: minuteMs, HOUR: hourMs };
/** Steps told by the clock. */
export type ClockInterval = keyof typeof clockSteps;

/** More buckets than anybody can look at, and than should be sent. */
const maxBuckets = 20_000;

/** Whether its steps are told by the calendar, not by the clock. */
export function isCalendar(interval: Interval): interval is CalendarInterval {
  return !(interval in clockSteps);
}

/** The start of the day, ISO week (Monday), month, quarter or year in which a local time lies. */
export function floorLocal(local: LocalMs, interval: CalendarInterval): LocalMs {
  const day = Math.floor(local / dayMs) * dayMs;
  if (interval === 'DAY') return day;
  if (interval === 'WEEK') return day - (isoWeekday(local) - 1) * dayMs;
  const last = lastFloors[interval];
  if (day >= last.start && day < last.end) return last.start;
  const date = new Date(day);
  const months = monthsOf[interval];
  const start = monthStart(date.getUTCFullYear(), date.getUTCMonth() - (date.getUTCMonth() % months));
  lastFloors[interval] = { start, end: addLocal(start, interval, 1) };
  return start;
}

/** The last month, quarter and year that were found: a stream's days are gone through in order, by each of many stats. */
const lastFloors = {
  MONTH: { start: Number.NaN, end: Number.NaN },
  QUARTER: { start: Number.NaN, end: Number.NaN },
  YEAR: { start: Number.NaN, end: Number.NaN },
};

/** Date.UTC takes the years 0 to 99 for those of the twentieth century. */
function monthStart(year: number, month: number): LocalMs {
  return new Date(0).setUTCFullYear(year, month, 1);
}

/** The start of the day, week, … that is so many after the one that starts here, or before it when negative. */
export function addLocal(start: LocalMs, interval: CalendarInterval, count: number): LocalMs {
  if (interval === 'DAY' || interval === 'WEEK') return start + count * daysOf[interval] * dayMs;
  const date = new Date(start);
  return monthStart(date.getUTCFullYear(), date.getUTCMonth() + count * monthsOf[interval]);
}

/** How many days, weeks, … of the calendar lie between the starts of two of them. */
export function countLocal(from: LocalMs, to: LocalMs, interval: CalendarInterval): number {
  if (interval === 'DAY' || interval === 'WEEK') return (to - from) / (daysOf[interval] * dayMs);
  const month = (local: LocalMs) => 12 * new Date(local).getUTCFullYear() + new Date(local).getUTCMonth();
  return (month(to) - month(from)) / monthsOf[interval];
}

const daysOf = { DAY: 1, WEEK: 7 };
const monthsOf = { MONTH: 1, QUARTER: 3, YEAR: 12 };

/** 1 Monday to 7 Sunday. */
export function isoWeekday(local: LocalMs): number {
  // Day 0, 1 January 1970, was a Thursday.
  return ((((Math.floor(local / dayMs) + 3) % 7) + 7) % 7) + 1;
}

/** e.g. 2024-02-29, 2024-W09, 2024-02, 2024-Q1, 2024; hours and minutes as 2024-02-29T13:00, seconds as 2024-02-29T13:00:59. */
export function bucketLabel(local: LocalMs, interval: Interval): string {
  const iso = new Date(local).toISOString();
  if (interval === 'YEAR') return iso.slice(0, 4);
  if (interval === 'QUARTER')
    return `${iso.slice(0, 4)}-Q${Math.floor(new Date(local).getUTCMonth() / 3) + 1}`;
  if (interval === 'MONTH') return iso.slice(0, 7);
  if (interval === 'DAY') return iso.slice(0, 10);
  if (interval === 'WEEK') return weekLabel(local);
  return iso.slice(0, interval === 'SECOND' ? 19 : 16);
}

/** ISO 8601: the week belongs to the year of its Thursday. */
function weekLabel(local: LocalMs): string {
  const thursday = floorLocal(local, 'WEEK') + 3 * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** One step of a series: `key` is what the store groups by, `start` the instant it begins at. */
export type Bucket = { readonly key: number; readonly start: number; readonly end: number };

/**
 * The buckets that cover [from, to) in the zone, empty ones included, the first one from its own beginning; none
 * where the range is empty. A calendar bucket's key is its local start; a day that the zone skipped has no instant
 * and no bucket. An hour's, minute's or second's key is its start: hours are counted by the clock's own hours between two
 * changes of clocks, so a day has 23 to 25 of them.
 */
export function bucketsOf(zone: string, interval: Interval, from: number, to: number): readonly Bucket[] {
  if (from >= to) return [];
  return isCalendar(interval)
    ? calendarBuckets(zone, interval, from, to)
    : clockBuckets(zone, interval, from, to);
}

/** The calendar bucket of a key, which must be the local start of one that exists. */
export function bucketOfKey(zone: string, interval: CalendarInterval, key: LocalMs): Bucket {
  return { key, start: toInstant(zone, key), end: toInstant(zone, addLocal(key, interval, 1)) };
}

function calendarBuckets(
  zone: string,
  interval: CalendarInterval,
  from: number,
  to: number,
): readonly Bucket[] {
  // Clocks set back over midnight show the day before again, so the ends of the range need not show its first
  // and last local time.
  const spans = offsetSpans(zone, from, to);
  const first = floorLocal(Math.min(...spans.map((span) => span.from + span.offsetMs)), interval);
  const last = floorLocal(Math.max(...spans.map((span) => span.to - 1 + span.offsetMs)), interval);
  const text = [zone, interval, first, last].join(' ');
  const buckets = keptBuckets.get(text) ?? bucketsBetween(zone, interval, first, last);
  keepBuckets(text, buckets);
  return buckets;
}

/**
 * The buckets that were asked for last, by zone, interval and ends: the series of a dashboard have the same ones, and so has the
 * next dashboard of the day. To make 3,650 days took a millisecond and 600 kB.
 */
const keptBuckets = new Map<string, readonly Bucket[]>();
/** Buckets that are kept, at most: 100 bytes each. */
const mostKept = 50_000;
let kept = 0;

function keepBuckets(text: string, buckets: readonly Bucket[]): void {
  if (keptBuckets.delete(text)) kept -= buckets.length;
  keptBuckets.set(text, buckets);
  kept += buckets.length;
  for (const [longestAgo, { length }] of keptBuckets) {
    // Many short lists take room, too.
    if (kept <= mostKept && keptBuckets.size <= mostKept / 100) break;
    keptBuckets.delete(longestAgo);
    kept -= length;
  }
}

/** From the bucket of one key to that of another. */
function bucketsBetween(
  zone: string,
  interval: CalendarInterval,
  from: LocalMs,
  to: LocalMs,
): readonly Bucket[] {
  const buckets: Bucket[] = [];
  let key = from;
  let start = toInstant(zone, key);
  while (key <= to) {
    const next = addLocal(key, interval, 1);
    const end = toInstant(zone, next);
    if (end > start) buckets.push({ key, start, end });
    refuseTooMany(buckets.length, interval);
    key = next;
    start = end;
  }
  return buckets;
}

function clockBuckets(zone: string, interval: ClockInterval, from: number, to: number): readonly Bucket[] {
  const step = clockStep(interval);
  refuseTooMany(Math.ceil((to - from) / step), interval);
  const buckets: Bucket[] = [];
  for (const span of offsetSpans(zone, from, to)) {
    for (let at = span.from; at < span.to; ) {
      const bucket = clockBucket(span, at, step);
      buckets.push(bucket);
      at = bucket.end;
    }
  }
  refuseTooMany(buckets.length, interval);
  return buckets;
}

/** The clock's own hour or minute in which an instant lies: shorter where clocks were set within it. */
export function clockBucketAt(zone: string, interval: ClockInterval, instant: number): Bucket {
  const [span] = offsetSpans(zone, instant, instant + 1);
  return clockBucket(must(span, 'spans leave no gap'), instant, clockStep(interval));
}

function clockBucket({ since, until, offsetMs }: OffsetSpan, instant: number, step: number): Bucket {
  const floor = Math.floor((instant + offsetMs) / step) * step - offsetMs;
  const start = Math.max(floor, since);
  return { key: start, start, end: Math.min(floor + step, until) };
}

/** The length of an hour, a minute or a second, in milliseconds. */
export const clockStep = (interval: ClockInterval): number => clockSteps[interval];

/** Whether the rollup's quarter-hours are too coarse for it. */
export const isFine = (interval: Interval): boolean => interval === 'SECOND' || interval === 'MINUTE';

function refuseTooMany(count: number, interval: Interval): void {
  if (count > maxBuckets) {
    throw new QueryTooComplexError(
      `Too many buckets: more than ${maxBuckets} of one ${interval} each; ask for a longer interval or a shorter range`,
    );
  }
}
