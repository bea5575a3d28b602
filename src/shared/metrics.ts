import type { Metrics } from './post.ts';

/**
 * Impressions per like or repost, where the platform does not tell them. X shows views since December 2022; over
 * the 124 posts of 2024 to 2026 in our recorded timelines that have views and at least one like or repost, the
 * median is 218 (quartiles 96 and 456). An estimate is an order of magnitude, so it is always told apart.
 */
const impressionsPerReaction = 200;

/** A post's figures by name. */
export const metricNames = ['likes', 'reposts', 'replies', 'quotes', 'bookmarks', 'impressions'] as const;

/** likes + reposts + replies + quotes, of those known; null when none is. */
export function engagementOf(
  metrics: Pick<Metrics, 'likes' | 'reposts' | 'replies' | 'quotes'>,
): number | null {
  const { likes, reposts, replies, quotes } = metrics;
  if (likes === null && reposts === null && replies === null && quotes === null) return null;
  return (likes ?? 0) + (reposts ?? 0) + (replies ?? 0) + (quotes ?? 0);
}

/** The estimate that stands in for impressions; null when neither likes nor reposts are known. */
export function estimateImpressions(metrics: Pick<Metrics, 'likes' | 'reposts'>): number | null {
  if (metrics.likes === null && metrics.reposts === null) return null;
  return ((metrics.likes ?? 0) + (metrics.reposts ?? 0)) * impressionsPerReaction;
}
