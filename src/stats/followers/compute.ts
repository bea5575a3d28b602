import type { Bucket, Interval } from '../../shared/bucket.ts';
import type { SeriesData } from '../../shared/series.ts';

/** A level as it was known at one time. */
export type Reading = { readonly at: number; readonly level: number };

/**
 * The level at the end of each bucket: the last reading before it, carried forward over buckets without one; null
 * before the first. Readings ascend, and may begin before the first bucket.
 */
export function levelSeries(
  interval: Interval,
  buckets: readonly Bucket[],
  readings: readonly Reading[],
): SeriesData {
  let next = 0;
  let level: number | null = null;
  const values = buckets.map(({ end }) => {
    for (let reading = readings[next]; reading !== undefined && reading.at < end; reading = readings[next]) {
      level = reading.level;
      next += 1;
    }
    return level;
  });
  return { interval, starts: buckets.map(({ start }) => start), values };
}
