import type { Sums } from '../../shared/sums.ts';

/** Mean engagement of the posts that are not reposts and have a known engagement; null when there are none. */
export function engagementPerPost(sums: Sums): number | null {
  return sums.engagement === null || sums.engagedPosts === 0 ? null : sums.engagement / sums.engagedPosts;
}

/** Estimated part of the impressions, 0 to 1; null without impressions. */
export function estimatedShare(sums: Sums): number | null {
  return sums.impressions ? (sums.impressionsEstimated ?? 0) / sums.impressions : null;
}

/** A value of an ascending list and its positions from 0: `from` inclusive, `to` exclusive. */
export type Step = { readonly value: number; readonly from: number; readonly to: number };

/** The two positions around a fraction of an ascending list of `count` values. */
function placesOf(fraction: number, count: number): { readonly at: number; readonly places: number[] } {
  const at = fraction * (count - 1);
  return { at, places: [Math.floor(at), Math.ceil(at)] };
}

/**
 * The continuous percentile (SQL's percentile_cont), interpolated between two values: the median of an even count is
 * the mean of the middle two. Null without values. `steps` must include both positions.
 */
export function percentile(fraction: number, count: number, steps: readonly Step[]): number | null {
  if (count === 0) return null;
  const { at, places } = placesOf(fraction, count);
  const [low, high] = places.map((place) => steps.find((step) => step.from <= place && place < step.to));
  if (low === undefined || high === undefined) throw new Error(`broken invariant: no value at place ${at}`);
  return low.value + (high.value - low.value) * (at - Math.floor(at));
}
