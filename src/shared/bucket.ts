import { must, QueryTooComplexError } from './errors.ts';
import { dayMs, hourMs, minuteMs, secondMs } from './instant.ts';
import { type LocalMs, type OffsetSpan, offsetSpans, toInstant } from './zone.ts';

/** The steps of a series, with the API's descriptions. */
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

/** Steps that are defined by the calendar, not by the clock. */
export type CalendarInterval = Exclude<Interval, ClockInterval>;
const clockSteps = { SECOND: secondMs, MINUTE: minuteMs, HOUR: hourMs };
/** Steps that are defined by the clock. */
export type ClockInterval = keyof typeof clockSteps;

/** The most buckets of a series: more than anybody can look at. */
const maxBuckets = 20_000;

/** Whether the steps are defined by the calendar, not by the clock. */
export function isCalendar(interval: Interval): interval is CalendarInterval {
  return !(interval in clockSteps);
}

/** Whether the steps are whole calendar months. */
export const isOfMonths = (interval: Interval): interval is keyof typeof monthsOf => interval in monthsOf;

/** Returns the start of the day, ISO week (Monday), month, quarter or year that contains a local time. */
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

/** Caches the last month, quarter and year, because many stats go through a stream's days in order. */
const lastFloors = {
  MONTH: { start: Number.NaN, end: Number.NaN },
  QUARTER: { start: Number.NaN, end: Number.NaN },
  YEAR: { start: Number.NaN, end: Number.NaN },
};

/** Date.UTC would read the years 0 to 99 as 1900 to 1999. */
function monthStart(year: number, month: number): LocalMs {
  return new Date(0).setUTCFullYear(year, month, 1);
}

/** Returns the start of the day, week, … that is `count` steps after the given start (before it when negative). */
export function addLocal(start: LocalMs, interval: CalendarInterval, count: number): LocalMs {
  if (interval === 'DAY' || interval === 'WEEK') return start + count * daysOf[interval] * dayMs;
  const date = new Date(start);
  return monthStart(date.getUTCFullYear(), date.getUTCMonth() + count * monthsOf[interval]);
}

/** Counts the days, weeks, … between two starts. */
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

/**
 * Formats a bucket's start: 2024-02-29, 2024-W09, 2024-02, 2024-Q1, 2024; hours and minutes as 2024-02-29T13:00,
 * seconds as 2024-02-29T13:00:59.
 */
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

/** One step of a series: `key` is the store's group key, `start` the instant at which it begins. */
export type Bucket = { readonly key: number; readonly start: number; readonly end: number };

/**
 * Returns the buckets that cover [from, to) in the zone, including empty ones, the first one from its own start; none
 * for an empty range. The key of a calendar bucket is its local start; a day that the zone skipped has no bucket. The
 * key of an hour, minute or second is its start: hours follow the clock between two clock changes, so a day has 23 to
 * 25 of them.
 */
export function bucketsOf(zone: string, interval: Interval, from: number, to: number): readonly Bucket[] {
  if (from >= to) return [];
  return isCalendar(interval)
    ? calendarBuckets(zone, interval, from, to)
    : clockBuckets(zone, interval, from, to);
}

/** Returns the calendar bucket of a key, which must be the local start of an existing one. */
export function bucketOfKey(zone: string, interval: CalendarInterval, key: LocalMs): Bucket {
  return { key, start: toInstant(zone, key), end: toInstant(zone, addLocal(key, interval, 1)) };
}

function calendarBuckets(
  zone: string,
  interval: CalendarInterval,
  from: number,
  to: number,
): readonly Bucket[] {
  // When clocks are set back over midnight, the previous day is shown again, so the ends of the range may not be its
  // first and last local time.
  const spans = offsetSpans(zone, from, to);
  const first = floorLocal(Math.min(...spans.map((span) => span.from + span.offsetMs)), interval);
  const last = floorLocal(Math.max(...spans.map((span) => span.to - 1 + span.offsetMs)), interval);
  const text = [zone, interval, first, last].join(' ');
  const buckets = cachedBuckets.get(text) ?? bucketsBetween(zone, interval, first, last);
  cacheBuckets(text, buckets);
  return buckets;
}

/**
 * Caches recent bucket lists by zone, interval and ends: the series of a dashboard share them, and so does the next
 * dashboard of the same day. Creating 3,650 days took a millisecond and 600 kB.
 */
const cachedBuckets = new Map<string, readonly Bucket[]>();
/** Most cached buckets: 100 bytes each. */
const mostCached = 50_000;
let cached = 0;

function cacheBuckets(text: string, buckets: readonly Bucket[]): void {
  if (cachedBuckets.delete(text)) cached -= buckets.length;
  cachedBuckets.set(text, buckets);
  cached += buckets.length;
  for (const [longestAgo, { length }] of cachedBuckets) {
    // Limits the number of short lists, too.
    if (cached <= mostCached && cachedBuckets.size <= mostCached / 100) break;
    cachedBuckets.delete(longestAgo);
    cached -= length;
  }
}

/** Returns the buckets from one key to another. */
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

/** Returns the clock's hour or minute that contains an instant; it is shorter when clocks were changed within it. */
export function clockBucketAt(zone: string, interval: ClockInterval, instant: number): Bucket {
  const [span] = offsetSpans(zone, instant, instant + 1);
  return clockBucket(must(span, 'spans leave no gap'), instant, clockStep(interval));
}

function clockBucket({ since, until, offsetMs }: OffsetSpan, instant: number, step: number): Bucket {
  const floor = Math.floor((instant + offsetMs) / step) * step - offsetMs;
  const start = Math.max(floor, since);
  return { key: start, start, end: Math.min(floor + step, until) };
}

/** Returns the length of an hour, minute or second, in milliseconds. */
export const clockStep = (interval: ClockInterval): number => clockSteps[interval];

/** Whether the interval is finer than the rollup's quarter-hours. */
export const isFine = (interval: Interval): boolean => interval === 'SECOND' || interval === 'MINUTE';

function refuseTooMany(count: number, interval: Interval): void {
  if (count > maxBuckets) {
    throw new QueryTooComplexError(
      `Too many buckets: more than ${maxBuckets} of one ${interval} each; ask for a longer interval or a shorter range`,
    );
  }
}
