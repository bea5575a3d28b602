import type { Sums } from '../../shared/sums.ts';

/** Engagement per post, over the posts that are not reposts and whose engagement is known; null without any. */
export function engagementPerPost(sums: Sums): number | null {
  return sums.engagement === null || sums.engagedPosts === 0 ? null : sums.engagement / sums.engagedPosts;
}

/** Part of the impressions that is estimated, 0 to 1; null without impressions. */
export function estimatedShare(sums: Sums): number | null {
  return sums.impressions ? (sums.impressionsEstimated ?? 0) / sums.impressions : null;
}

/** A value of an ascending list and the places, from 0, that it takes there: `from` inclusive, `to` exclusive. */
export type Step = { readonly value: number; readonly from: number; readonly to: number };

/** The two places between which a fraction of an ascending list of `count` values lies. */
function placesOf(fraction: number, count: number): { readonly at: number; readonly places: number[] } {
  const at = fraction * (count - 1);
  return { at, places: [Math.floor(at), Math.ceil(at)] };
}

/**
 * The continuous percentile (SQL's percentile_cont): between two values the one in proportion, so that the median of
 * an even count is the mean of the middle two. Null without values. `steps` must hold the places that it lies between.
 */
export function percentile(fraction: number, count: number, steps: readonly Step[]): number | null {
  if (count === 0) return null;
  const { at, places } = placesOf(fraction, count);
  const [low, high] = places.map((place) => steps.find((step) => step.from <= place && place < step.to));
  if (low === undefined || high === undefined) throw new Error(`broken invariant: no value at place ${at}`);
  return low.value + (high.value - low.value) * (at - Math.floor(at));
}
