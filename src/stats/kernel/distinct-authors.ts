import { type SQL, sql } from 'drizzle-orm';
import { daySpans } from '../../shared/day-range.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { localTime, ownPosts } from './local-time.ts';
import type { StatsScope } from './scope.ts';

/**
 * The distinct authors of own posts, grouped by an expression over `localTime`; null without posts. `hasDays`: includes
 * posts of which only the day is known, at its start. `where`: a condition on `p` (posts).
 */
export function authorsBy(scope: StatsScope, key: SQL, hasDays: boolean, where: SQL = sql`true`): SQL | null {
  const { zone, span } = scope;
  const days = hasDays ? scope.days : null;
  const parts = [
    ...(span === null ? [] : [ownPosts(scope, offsetSpans(zone, span.from, span.to))]),
    ...(days === null ? [] : [ownPosts(scope, daySpans(zone, days.from, days.to), true)]),
  ].map((posts) => sql`select p.author_id, ${localTime(sql`p.created_at`)} from ${posts} where ${where}`);
  if (parts.length === 0) return null;
  // Distinct authors cannot be summed over buckets, so no rollup serves.
  return sql`
    select ${key} as key, count(distinct author_id)::float8 as authors
    from (${sql.join(parts, sql` union all `)}) q
    group by 1`;
}

/** Maps the rows of `authorsBy` by their key; keys without posts are missing. */
export const authorsByKey = (
  rows: readonly { readonly key: number; readonly authors: number }[],
): ReadonlyMap<number, number> => new Map(rows.map((row) => [row.key, row.authors]));
