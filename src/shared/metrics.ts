import type { Metrics } from './post.ts';

/**
 * Impressions per reaction (like or repost), used when a stream's posts have no impressions. X shows views since
 * December 2022; over the 124 posts of 2024 to 2026 in our recorded timelines that have views and at least one like or
 * repost, the median is 218 (quartiles 96 and 456). An estimate is an order of magnitude, so it is always marked.
 * Estimates are stored with this ratio and, when read, multiplied by the stream's own ratio divided by this one: see
 * `stats/totals/README.md`.
 */
export const impressionsPerReaction = 200;

/** A stream's own ratio is computed from its measured posts and so many posts at the default ratio. */
export const priorPosts = 10;

/** The API's description of a stream's ratio. */
export const ratioDescription =
  'The ratio by which impressions are estimated when they were not measured: estimate = ratio × (likes + reposts). ' +
  `It is ${impressionsPerReaction} when no post has measured impressions (the median over 124 posts of X with known views was 218, quartiles 96 and 456). ` +
  `Otherwise it is (n × own + ${priorPosts} × ${impressionsPerReaction}) / (n + ${priorPosts}), rounded to a whole number from 1 to 100,000: n is the number of the ` +
  "stream's own posts with measured impressions, inside the range or not, and own is the sum of their impressions / the sum of their likes + reposts.";

/** The names of a post's figures. */
export const metricNames = ['likes', 'reposts', 'replies', 'quotes', 'bookmarks', 'impressions'] as const;

/** Returns likes + reposts + replies + quotes, as far as known; null when none is known. */
export function engagementOf(
  metrics: Pick<Metrics, 'likes' | 'reposts' | 'replies' | 'quotes'>,
): number | null {
  const { likes, reposts, replies, quotes } = metrics;
  if (likes === null && reposts === null && replies === null && quotes === null) return null;
  return (likes ?? 0) + (reposts ?? 0) + (replies ?? 0) + (quotes ?? 0);
}

/** Returns likes + reposts, as far as known; null when neither is known. */
export function reactionsOf(metrics: Pick<Metrics, 'likes' | 'reposts'>): number | null {
  if (metrics.likes === null && metrics.reposts === null) return null;
  return (metrics.likes ?? 0) + (metrics.reposts ?? 0);
}

/** Estimates impressions; null when neither likes nor reposts are known. */
export function estimateImpressions(metrics: Pick<Metrics, 'likes' | 'reposts'>): number | null {
  const reactions = reactionsOf(metrics);
  return reactions === null ? null : reactions * impressionsPerReaction;
}
