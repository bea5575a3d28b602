import type { Metric } from '../../shared/stat-metric.ts';

/** Posts that are not reposts and whose figure is known, by metric; POSTS are all of them. None of a metric: left out. */
export type KnownCounts = ReadonlyMap<string, number>;

/** Metrics that every post has. */
const always: ReadonlySet<Metric> = new Set<Metric>(['POSTS', 'BITS', 'EMOTES', 'AUTHORS']);

/** Share of the posts whose figure is known, 0 to 1; null without posts. */
export function shareKnown(counts: KnownCounts, metric: Metric): number | null {
  const posts = counts.get('POSTS') ?? 0;
  if (posts === 0) return null;
  return always.has(metric) ? 1 : (counts.get(metric) ?? 0) / posts;
}
