import type { Bucket, Interval } from './bucket.ts';

/** Values over time. */
export type SeriesData = {
  readonly interval: Interval;
  /** Instants in milliseconds, ascending. */
  readonly starts: readonly number[];
  /** One a start. */
  readonly values: readonly (number | null)[];
};

/** Values by key laid out over buckets, `empty` where there is none. A value without a bucket is a broken invariant. */
export function fillSeries(
  interval: Interval,
  buckets: readonly Bucket[],
  valuesByKey: ReadonlyMap<number, number | null>,
  empty: number | null,
): SeriesData {
  let used = 0;
  const values = buckets.map(({ key }) => {
    const value = valuesByKey.get(key);
    if (value === undefined) return empty;
    used += 1;
    return value;
  });
  if (used !== valuesByKey.size) {
    throw new Error(
      `broken invariant: ${valuesByKey.size - used} of ${valuesByKey.size} values have no bucket`,
    );
  }
  return { interval, starts: buckets.map((bucket) => bucket.start), values };
}
