import { type SQL, sql } from 'drizzle-orm';
import { offsetSpans } from '../../shared/zone.ts';
import { localTime, ownPosts } from './local-time.ts';
import type { StatsScope } from './scope.ts';

/** A statement of the distinct authors of own posts by an expression over `localTime`; null without posts. */
export function authorsBy(scope: StatsScope, key: SQL): SQL | null {
  if (scope.span === null) return null;
  const spans = offsetSpans(scope.zone, scope.span.from, scope.span.to);
  // Authors cannot be added up over buckets, so no rollup serves.
  return sql`
    select ${key} as key, count(distinct author_id)::float8 as authors
    from (select p.author_id, ${localTime(sql`p.created_at`)} from ${ownPosts(scope, spans)}) q
    group by 1`;
}

/** Returns the rows of `authorsBy` by their key; what has no posts is not in it. */
export const authorsByKey = (
  rows: readonly { readonly key: number; readonly authors: number }[],
): ReadonlyMap<number, number> => new Map(rows.map((row) => [row.key, row.authors]));
