import { bucketOfKey, bucketsOf, clockBucketAt, type Interval, isCalendar } from '../../shared/bucket.ts';
import type { Range } from '../../shared/range.ts';
import { fillSeries, type SeriesData } from '../../shared/series.ts';

/** Spreads uses over all buckets of the range. An open end is the first or the last use. Empty without uses. */
export function layOut(
  used: readonly { readonly key: number; readonly posts: number }[],
  { interval, zone, range }: { readonly interval: Interval; readonly zone: string; readonly range: Range },
): SeriesData {
  const keys = used.map(({ key }) => key);
  const bucketOf = (key: number) =>
    isCalendar(interval) ? bucketOfKey(zone, interval, key) : clockBucketAt(zone, interval, key);
  const from = range.from ?? (keys.length === 0 ? null : bucketOf(smallest(keys)).start);
  const to = range.to ?? (keys.length === 0 ? null : bucketOf(-smallest(keys.map((key) => -key))).end);
  const buckets = from === null || to === null ? [] : bucketsOf(zone, interval, from, to);
  return fillSeries(interval, buckets, new Map(used.map(({ key, posts }) => [key, posts])), 0);
}

/** A loop, because `Math.min(...)` takes about a hundred thousand arguments at most. */
const smallest = (values: readonly number[]) => values.reduce((a, b) => (b < a ? b : a));
