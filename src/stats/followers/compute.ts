import type { Bucket, Interval } from '../../shared/bucket.ts';
import type { SeriesData } from '../../shared/series.ts';

/** Levels as they were known, and when: the thousands of ten years need no object each. */
export type Readings = { readonly at: readonly number[]; readonly levels: readonly number[] };

/** Which readings count, and how far they are carried forward. */
type Reach = {
  /** Earlier readings are only carried forward. Null: there are none. */
  readonly from: number | null;
  /** Buckets without a reading repeat the previous one, up to the bucket of this instant; null: they stay null. */
  readonly carryTo: number | null;
};

/**
 * The last reading in each bucket; null for a bucket without one. Readings are ascending and may start before the first
 * bucket.
 */
export function levelSeries(
  interval: Interval,
  buckets: readonly Bucket[],
  { at, levels }: Readings,
  { from, carryTo }: Reach,
): SeriesData {
  let last = -1;
  const values = buckets.map(({ start, end }) => {
    while ((at[last + 1] ?? end) < end) last += 1;
    const isRead = (at[last] ?? Number.NEGATIVE_INFINITY) >= Math.max(start, from ?? start);
    return isRead || (carryTo !== null && start <= carryTo) ? (levels[last] ?? null) : null;
  });
  return { interval, starts: buckets.map(({ start }) => start), values };
}
