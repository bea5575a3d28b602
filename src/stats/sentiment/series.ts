import type { Interval } from '../../shared/bucket.ts';
import { noSums, scoredPosts, type Sums } from '../../shared/sums.ts';
import { loadSums } from '../kernel/activity.ts';
import { scopeBuckets } from '../kernel/buckets.ts';
import { loadExtent } from '../kernel/extent.ts';
import { memoizePerScope } from '../kernel/memoize-per-scope.ts';

/** The measures of sentiment. */
export const feelings = ['posts', 'reposted', 'sentiment', 'positive', 'neutral', 'negative'] as const;
export type Feelings = Pick<Sums, (typeof feelings)[number]>;

/** Sentiment over time. */
export type SentimentSeriesData = {
  readonly interval: Interval;
  /** Instants in milliseconds, ascending. */
  readonly starts: readonly number[];
  /** One entry per start. */
  readonly sums: readonly Feelings[];
};

/** The sums of each bucket, also of buckets without posts. */
export const loadSentiment = memoizePerScope(
  async (db, scope, interval: Interval): Promise<SentimentSeriesData> => {
    const extent = await loadExtent(db, scope, interval, feelings);
    const buckets = extent === null ? [] : scopeBuckets(scope, interval, extent.from, extent.to);
    const sums =
      buckets.length === 0 ? new Map<number, Feelings>() : await loadSums(db, scope, interval, feelings);
    return {
      interval,
      starts: buckets.map(({ start }) => start),
      sums: buckets.map(({ key }) => sums.get(key) ?? noSums),
    };
  },
);

/** Share of the scored posts with a label; null without any. */
export function shareOf(sums: Feelings, label: 'positive' | 'neutral' | 'negative'): number | null {
  const scored = scoredPosts(sums);
  return scored === 0 ? null : sums[label] / scored;
}
