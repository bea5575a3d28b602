import type { Bucket, Interval } from './bucket.ts';

/** Values over time. */
export type SeriesData = {
  readonly interval: Interval;
  /** Instants in milliseconds, ascending. */
  readonly starts: readonly number[];
  /** One a start. */
  readonly values: readonly (number | null)[];
  /** The estimated part of each value; not given: none of it is estimated. */
  readonly estimated?: readonly number[];
};

/** Values by key laid out over buckets, `empty` where there is none. A value without a bucket is a broken invariant. */
export const fillSeries = (
  interval: Interval,
  buckets: readonly Bucket[],
  valuesByKey: ReadonlyMap<number, number | null>,
  empty: number | null,
): SeriesData => fillSeriesOf(interval, buckets, valuesByKey, (value) => value, empty);

/** As `fillSeries`, but `tell` makes each value from what was found in its bucket. It needs no second map of all values. */
export function fillSeriesOf<Found>(
  interval: Interval,
  buckets: readonly Bucket[],
  foundByKey: ReadonlyMap<number, Found>,
  tell: (found: Found) => number | null,
  empty: number | null,
): SeriesData {
  let used = 0;
  const values = buckets.map(({ key }) => {
    const found = foundByKey.get(key);
    if (found === undefined) return empty;
    used += 1;
    return tell(found);
  });
  if (used !== foundByKey.size) {
    throw new Error(
      `broken invariant: ${foundByKey.size - used} of ${foundByKey.size} values have no bucket`,
    );
  }
  return { interval, starts: buckets.map((bucket) => bucket.start), values };
}

/** The mean of each value and so many before it; null when one of them is unknown, or there are fewer. */
export function rollingMeans(
  values: readonly (number | null)[],
  buckets: number,
): readonly (number | null)[] {
  let known = 0;
  return values.map((value, at) => {
    known = value === null ? 0 : known + 1;
    if (known < buckets) return null;
    // Added up anew each time: what is added and taken away again leaves its rounding behind.
    let sum = 0;
    for (let back = 0; back < buckets; back++) sum += values[at - back] ?? 0;
    return sum / buckets;
  });
}
