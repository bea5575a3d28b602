import type { Database } from '../../db/client.ts';
import { type Bucket, floorLocal, type Interval, isCalendar } from '../../shared/bucket.ts';
import { fillSeries, type SeriesData } from '../../shared/series.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { bucketValue, emptyValue, groupSums, metricOf, type Sums } from '../../shared/sums.ts';
import { loadActivityBy, loadDays } from '../scope/activity.ts';
import { scopeBuckets } from '../scope/buckets.ts';
import { authorsBy, authorsByKey } from '../scope/distinct-authors.ts';
import { loadExtent } from '../scope/extent.ts';
import { bucketKey } from '../scope/local-time.ts';
import { once } from '../scope/once.ts';
import { read } from '../scope/read.ts';
import type { StatsScope } from '../scope/scope.ts';

/** A metric by when posts were posted. */
export const loadPosted = once(async (db, scope, metric: Metric, interval: Interval): Promise<SeriesData> => {
  const extent = await loadExtent(db, scope, interval);
  const buckets = extent === null ? [] : scopeBuckets(scope, interval, extent.from, extent.to);
  const values = await loadValues(db, scope, metric, interval, buckets);
  return fillSeries(interval, buckets, values, emptyValue(metric));
});

const countAuthors = read(
  (scope, interval: Interval) => authorsBy(scope, bucketKey(interval), isCalendar(interval)),
  authorsByKey,
);

async function loadValues(
  db: Database,
  scope: StatsScope,
  metric: Metric,
  interval: Interval,
  buckets: readonly Bucket[],
): Promise<ReadonlyMap<number, number | null>> {
  if (buckets.length === 0) return new Map();
  if (metric === 'AUTHORS') return countAuthors(db, scope, interval);
  const sums = await loadSums(db, scope, interval);
  return new Map([...sums].map(([key, sum]) => [key, bucketValue(sum.posts, metricOf(sum, metric), metric)]));
}

async function loadSums(
  db: Database,
  scope: StatsScope,
  interval: Interval,
): Promise<ReadonlyMap<number, Sums>> {
  if (!isCalendar(interval)) return loadActivityBy(db, scope, interval);
  return groupSums(await loadDays(db, scope), ({ day }) => floorLocal(day, interval));
}
