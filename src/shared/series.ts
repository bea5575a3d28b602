import type { Bucket, Interval } from './bucket.ts';

/** Values over time. */
export type SeriesData = {
  readonly interval: Interval;
  /** Instants in milliseconds, ascending. */
  readonly starts: readonly number[];
  /** One per start. */
  readonly values: readonly (number | null)[];
  /** The estimated part of each value; left out when nothing is estimated. */
  readonly estimated?: readonly number[];
};

/** What is found by key. */
export type ByKey<Found> = Pick<ReadonlyMap<number, Found>, 'get' | 'size'>;

/**
 * Rows with ascending keys by these, for whoever asks for ascending keys: a map of the thousands of days of ten years took as long
 * as all else of their series.
 */
export function inOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => number): ByKey<Row> {
  let [at, lastAsked] = [0, Number.NEGATIVE_INFINITY];
  return {
    size: rows.length,
    get(key) {
      if (key < lastAsked) at = 0;
      lastAsked = key;
      for (; at < rows.length; at += 1) {
        const row = rows[at] as Row; // safe: it is below their number
        const found = keyOf(row);
        if (found >= key) return found === key ? row : undefined;
      }
      return undefined;
    },
  };
}

/**
 * Places values by key into buckets, `empty` when a bucket has none. A value without a bucket is a broken invariant.
 */
export const fillSeries = (
  interval: Interval,
  buckets: readonly Bucket[],
  valuesByKey: ByKey<number | null>,
  empty: number | null,
): SeriesData => fillSeriesOf(interval, buckets, valuesByKey, (value) => value, empty);

/** Like `fillSeries`, but `figureOf` computes each value, which saves a second map of all values. */
export function fillSeriesOf<Found>(
  interval: Interval,
  buckets: readonly Bucket[],
  foundByKey: ByKey<Found>,
  figureOf: (found: Found) => number | null,
  empty: number | null,
): SeriesData {
  let used = 0;
  const values = buckets.map(({ key }) => {
    const found = foundByKey.get(key);
    if (found === undefined) return empty;
    used += 1;
    return figureOf(found);
  });
  if (used !== foundByKey.size) {
    throw new Error(
      `broken invariant: ${foundByKey.size - used} of ${foundByKey.size} values have no bucket`,
    );
  }
  return { interval, starts: buckets.map((bucket) => bucket.start), values };
}

/** Returns the rolling means over `buckets` values; null when one of them is unknown, or there are too few. */
export function rollingMeans(
  values: readonly (number | null)[],
  buckets: number,
): readonly (number | null)[] {
  let known = 0;
  return values.map((value, at) => {
    known = value === null ? 0 : known + 1;
    if (known < buckets) return null;
    // Adds the values again each time: adding and subtracting would accumulate rounding errors.
    let sum = 0;
    for (let back = 0; back < buckets; back++) sum += values[at - back] ?? 0;
    return sum / buckets;
  });
}
