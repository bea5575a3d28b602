import type { Metric } from '../../shared/stat-metric.ts';

/**
 * Posts that are not reposts with a known figure, by metric; POSTS counts all of them. Metrics without such posts are
 * missing.
 */
export type KnownCounts = ReadonlyMap<string, number>;

/** Metrics that are known for every post. */
const always: ReadonlySet<Metric> = new Set<Metric>(['POSTS', 'BITS', 'EMOTES', 'AUTHORS']);

/** Share of the posts with a known figure, 0 to 1; null without posts. */
export function shareKnown(counts: KnownCounts, metric: Metric): number | null {
  const posts = counts.get('POSTS') ?? 0;
  if (posts === 0) return null;
  return always.has(metric) ? 1 : (counts.get(metric) ?? 0) / posts;
}
