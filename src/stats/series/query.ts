import { type SQL, sql } from 'drizzle-orm';
import { withRatio } from '../../db/impressions.ts';
import type { Interval } from '../../shared/bucket.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { bucketKey, localTime, msOf, sinceEpoch, spanRows } from '../kernel/local-time.ts';
import { toSpan } from '../kernel/extent.ts';
import { read } from '../kernel/read.ts';
import type { StatsScope } from '../kernel/scope.ts';

/** A column of observed_activity. */
export type SeenFigure =
  | 'posts'
  | 'likes'
  | 'reposts'
  | 'replies'
  | 'quotes'
  | 'bookmarks'
  | 'impressions'
  | 'engagement';

/** Figures seen in one bucket; null when none is known. */
type SeenBucket = { readonly key: number; readonly posts: number; readonly value: number | null };

/** The span of quarter-hours with first observations: from the first start to just after the last start. */
export const findSeenSpan = read(
  // The two ends of the primary key (stream_id, bucket).
  (scope) => sql`
    select ${msOf(sql`min(bucket)`)} as first, ${msOf(sql`max(bucket)`)} as last from observed_activity
    where ${observedIn(scope)}`,
  toSpan,
);

/**
 * A figure's first observations in the scope's span, by bucket. A range of the primary key for each span of the zone.
 */
export const sumSeen = read(
  ({ streamId, zone, span, impressionsPerReaction: ratio }, interval: Interval, figure: SeenFigure) =>
    span &&
    sql`
    select ${bucketKey(interval)} as key, sum(posts)::float8 as posts, sum(value)::float8 as value
    from (select ${localTime(sql`o.bucket`)}, o.posts, ${
      figure === 'impressions'
        ? withRatio(sql`o.impressions`, sql`o.impressions_estimated`, ratio)
        : sql`o.${sql.identifier(figure)}`
    } as value
      from ${spanRows(offsetSpans(zone, span.from, span.to))} s join observed_activity o
        on o.stream_id = ${streamId} and o.bucket >= s.from_at and o.bucket < s.to_at) q
    group by 1`,
  (buckets: readonly SeenBucket[]) => buckets,
);

function observedIn(scope: StatsScope): SQL {
  const { from, to } = scope.range;
  const conditions = [sql`stream_id = ${scope.streamId}`];
  if (from !== null) conditions.push(sql`bucket >= ${sinceEpoch(from)}`);
  if (to !== null) conditions.push(sql`bucket < ${sinceEpoch(to)}`);
  return sql.join(conditions, sql` and `);
}
