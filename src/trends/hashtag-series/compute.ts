import { bucketOfKey, bucketsOf, clockBucketAt, type Interval, isCalendar } from '../../shared/bucket.ts';
import type { Range } from '../../shared/range.ts';
import { fillSeries, type SeriesData } from '../../shared/series.ts';

/** The uses by bucket, laid out over the range; where it is open from the first use, or to the last. Empty without any. */
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

/** Not `Math.min(...)`, which takes a hundred thousand arguments at most. */
const smallest = (values: readonly number[]) => values.reduce((a, b) => (b < a ? b : a));
