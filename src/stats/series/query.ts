import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { Interval } from '../../shared/bucket.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { bucketKey, localTime, msOf, sinceEpoch, spanRows } from '../scope/local-time.ts';
import type { Span, StatsScope } from '../scope/scope.ts';

/** Figures that were seen in one bucket; null where nothing of them was. */
type SeenBucket = { readonly key: number; readonly posts: number; readonly value: number | null };

/** The quarter-hours, by their starts, in which anything was first seen: from the first to just after the last. */
export async function findSeenSpan(db: Database, scope: StatsScope): Promise<Span | null> {
  // The two ends of the primary key (stream_id, bucket).
  const [row] = (await db.orm.execute(sql`
    select ${msOf(sql`min(bucket)`)} as first, ${msOf(sql`max(bucket)`)} as last from observed_activity
    where ${observedIn(scope)}`)) as unknown as { first: number | null; last: number | null }[];
  return row?.first == null || row.last == null ? null : { from: row.first, to: row.last + 1 };
}

/** What was first seen of a figure, by bucket. A range of the primary key for each span of the zone. */
export async function sumSeen(
  db: Database,
  scope: StatsScope,
  seen: Span,
  interval: Interval,
  column: SQL,
): Promise<readonly SeenBucket[]> {
  return (await db.orm.execute(sql`
    select ${bucketKey(interval)} as key, sum(posts)::float8 as posts, sum(value)::float8 as value
    from (select ${localTime(sql`o.bucket`)}, o.posts, ${column} as value
      from ${spanRows(offsetSpans(scope.zone, seen.from, seen.to))} s join observed_activity o
        on o.stream_id = ${scope.streamId} and o.bucket >= s.from_at and o.bucket < s.to_at) q
    group by 1`)) as unknown as readonly SeenBucket[];
}

function observedIn(scope: StatsScope): SQL {
  const { from, to } = scope.range;
  const conditions = [sql`stream_id = ${scope.streamId}`];
  if (from !== null) conditions.push(sql`bucket >= ${sinceEpoch(from)}`);
  if (to !== null) conditions.push(sql`bucket < ${sinceEpoch(to)}`);
  return sql.join(conditions, sql` and `);
}
