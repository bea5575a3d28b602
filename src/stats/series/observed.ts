import { type SQL, sql } from 'drizzle-orm';
import type { Interval } from '../../shared/bucket.ts';
import { BadInputError } from '../../shared/errors.ts';
import { fillSeries, type SeriesData } from '../../shared/series.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { bucketValue, emptyValue } from '../../shared/sums.ts';
import { scopeBuckets } from '../scope/buckets.ts';
import { once } from '../scope/once.ts';
import { findSeenSpan, sumSeen } from './query.ts';

/** What can be added up over observations; the others are means or distinct counts. */
const columns: { readonly [M in Metric]?: SQL } = {
  POSTS: sql`o.posts`,
  LIKES: sql`o.likes`,
  REPOSTS: sql`o.reposts`,
  REPLIES: sql`o.replies`,
  QUOTES: sql`o.quotes`,
  BOOKMARKS: sql`o.bookmarks`,
  IMPRESSIONS: sql`o.impressions`,
  ENGAGEMENT: sql`o.engagement`,
};

/** A metric by when it was first seen, to the quarter-hour. */
export const loadObserved = once(
  async (db, scope, metric: Metric, interval: Interval): Promise<SeriesData> => {
    const column = columns[metric];
    if (column === undefined) throw new BadInputError(`${metric} cannot be told by when it was observed`);
    if (interval === 'MINUTE') {
      throw new BadInputError(
        'Observations are kept by the quarter-hour: ask for an interval of an HOUR or more',
      );
    }
    const { from, to } = scope.range;
    const seen = await findSeenSpan(db, scope);
    const span =
      from !== null && to !== null ? { from, to } : seen && { from: from ?? seen.from, to: to ?? seen.to };
    const buckets = span === null ? [] : scopeBuckets(scope, interval, span.from, span.to);
    const rows = seen === null ? [] : await sumSeen(db, scope, seen, interval, column);
    const values = new Map(rows.map(({ key, posts, value }) => [key, bucketValue(posts, value, metric)]));
    return fillSeries(interval, buckets, values, emptyValue(metric));
  },
);
