import { sql } from 'drizzle-orm';
import { type Interval, isCalendar, isFine } from '../../shared/bucket.ts';
import type { PostKind } from '../../shared/post.ts';
import { type ByKey, fillSeries, fillSeriesOf, type SeriesData } from '../../shared/series.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { bucketValue, emptyValue, type Measure, measuresOf, metricOf, type Sums } from '../../shared/sums.ts';
import { byClock, loadOfKinds, loadSums } from '../kernel/activity.ts';
import { scopeBuckets } from '../kernel/buckets.ts';
import { countByBucket, canCountByQuarters } from '../kernel/count-chatters.ts';
import { authorsBy, authorsByKey } from '../kernel/distinct-authors.ts';
import { loadExtent } from '../kernel/extent.ts';
import { bucketKey } from '../kernel/local-time.ts';
import { memoizePerScope } from '../kernel/memoize-per-scope.ts';
import { read } from '../kernel/read.ts';

/** Whether to read the estimated part of impressions too: only for callers who need it. */
type Parts = 'with estimated' | 'values alone';

/** A metric by the time of posting, for the kinds whose names are joined by commas, or for all kinds with ''. */
export const loadPosted = memoizePerScope(
  async (db, scope, metric: Metric, interval: Interval, kinds: string, parts: Parts): Promise<SeriesData> => {
    // By kind, the rollup has only the number of posts.
    const counted = metric === 'POSTS' && kinds !== '' ? countsOf(kinds) : null;
    const withEstimated = metric === 'IMPRESSIONS' && parts === 'with estimated';
    const measures: readonly Measure[] =
      metric === 'AUTHORS'
        ? []
        : (counted ?? [...measuresOf(metric), ...(withEstimated ? (['impressionsEstimated'] as const) : [])]);
    const extent = await loadExtent(db, scope, interval, kinds === '' || counted !== null ? measures : []);
    const buckets = extent === null ? [] : scopeBuckets(scope, interval, extent.from, extent.to);
    if (buckets.length === 0) return fillSeries(interval, buckets, new Map(), null);
    if (metric === 'AUTHORS') {
      // A chat has only messages.
      const isOfAll = kinds === '' || kinds.includes('MESSAGE');
      const authors =
        isOfAll && !isFine(interval) && canCountByQuarters(scope)
          ? await countByBucket(db, scope, buckets)
          : await countAuthors(db, scope, interval, kinds);
      return fillSeries(interval, buckets, authors, emptyValue(metric));
    }
    const sums: ByKey<Sums> = await (kinds === '' || counted !== null
      ? loadSums(db, scope, interval, measures)
      : loadOfKinds(db, scope, measures, interval, kinds).then(byClock));
    const value = (sum: Sums) =>
      counted === null
        ? bucketValue(sum.posts, metricOf(sum, metric), metric)
        : counted.reduce((posts, count) => posts + sum[count], 0);
    const series = fillSeriesOf(interval, buckets, sums, value, emptyValue(metric));
    if (!withEstimated) return series;
    return { ...series, estimated: buckets.map(({ key }) => sums.get(key)?.impressionsEstimated ?? 0) };
  },
);

const countAuthors = read(
  (scope, interval: Interval, kinds: string) =>
    authorsBy(
      scope,
      bucketKey(interval),
      isCalendar(interval),
      kinds === '' ? sql`true` : sql`p.kind = any(${`{${kinds}}`}::post_kind[])`,
    ),
  authorsByKey,
);

/** The rollup's counts for some kinds; messages count as originals. */
const countsOf = (kinds: string) => [...new Set(kinds.split(',').map((kind) => countOf[kind as PostKind]))]; // safe: the argument is a list of them

const countOf = {
  ORIGINAL: 'originals',
  REPLY: 'replied',
  REPOST: 'reposted',
  QUOTE: 'quoted',
  MESSAGE: 'originals',
} as const;
