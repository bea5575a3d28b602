import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { localTime, ownPosts } from './local-time.ts';
import type { StatsScope } from './scope.ts';

/** Distinct authors of own posts by an expression over `localTime`; only where there are any. */
export async function countAuthorsBy(
  db: Database,
  scope: StatsScope,
  key: SQL,
): Promise<ReadonlyMap<number, number>> {
  if (scope.span === null) return new Map();
  const spans = offsetSpans(scope.zone, scope.span.from, scope.span.to);
  // Authors cannot be added up over buckets, so no rollup serves.
  const rows = (await db.orm.execute(sql`
    select ${key} as key, count(distinct author_id)::float8 as authors
    from (select p.author_id, ${localTime(sql`p.created_at`)} from ${ownPosts(scope, spans)}) q
    group by 1`)) as unknown as readonly { readonly key: number; readonly authors: number }[];
  return new Map(rows.map((row) => [row.key, row.authors]));
}
