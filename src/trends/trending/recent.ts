import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { piecesOf, stretchOf, sumsOf } from './pieces.ts';
import type { Stretch } from './profile.ts';
import type { TrendScope } from './uses.ts';

/** Returns the posts of each term in each window, by term, in the order of the windows. */
export async function countRecent(
  db: Database,
  scope: TrendScope,
  windows: readonly Stretch[],
  terms: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const spans = sql.join(
    windows.map((window, index) => stretchOf(window, index)),
    sql` union all `,
  );
  const list = sql`${arrayOf(terms)}::text[]`;
  const rows = await db.rows<{ readonly span: number; readonly term: string; readonly posts: number }>(sql`
    with asked as materialized (select unnest(${list}) as term), ${piecesOf(scope, spans, { termsOf: 'asked', withAuthorHours: false })}
    ${sql.join(
      windows.map(
        (_, span) =>
          sql`select ${span}::int as span, term, posts::float8 from (${sumsOf(span, { terms: sql`(u.term in (select term from asked)) is true`, withAuthorHours: false })}) sums`,
      ),
      sql` union all `,
    )}`);
  const counts = new Map(terms.map((term) => [term, windows.map(() => 0)]));
  for (const { span, term, posts } of rows) {
    const own = counts.get(term);
    if (own !== undefined) own[span] = posts;
  }
  return counts;
}
