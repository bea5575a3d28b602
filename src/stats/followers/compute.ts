import type { Bucket, Interval } from '../../shared/bucket.ts';
import type { SeriesData } from '../../shared/series.ts';

/** A level as it was known at one time. */
export type Reading = { readonly at: number; readonly level: number };

/** Where readings count, and how far they are repeated. */
type Reach = {
  /** Readings before it are only carried. Null: there are none. */
  readonly from: number | null;
  /** Buckets without a reading repeat the one before, up to the bucket of this instant; null: they are null. */
  readonly carryTo: number | null;
};

/** The last reading in each bucket; null in one without. Readings ascend, and may begin before the first bucket. */
export function levelSeries(
  interval: Interval,
  buckets: readonly Bucket[],
  readings: readonly Reading[],
  { from, carryTo }: Reach,
): SeriesData {
  let next = 0;
  let last: Reading | null = null;
  const values = buckets.map(({ start, end }) => {
    for (let reading = readings[next]; reading !== undefined && reading.at < end; reading = readings[next]) {
      last = reading;
      next += 1;
    }
    if (last === null) return null;
    const isRead = last.at >= Math.max(start, from ?? start);
    return isRead || (carryTo !== null && start <= carryTo) ? last.level : null;
  });
  return { interval, starts: buckets.map(({ start }) => start), values };
}
