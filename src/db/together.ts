import { type SQL, sql } from 'drizzle-orm';
import type { Database } from './client.ts';

/**
 * Runs statements of the same columns as one, and returns the rows of each in its order; null stands for no statement.
 *
 * The one is a UNION ALL of all, so that each keeps the plan that it has alone (a range of a key that begins with
 * stream_id). Postgres appends whole branches, so the order within each stays. A single statement is run as it is.
 */
export async function runTogether<Row>(
  db: Database,
  statements: readonly (SQL | null)[],
): Promise<readonly (readonly Row[])[]> {
  const parts = statements.flatMap((part, at) => (part === null ? [] : [{ part, at }]));
  const rows: Row[][] = statements.map(() => []);
  const [only] = parts;
  if (only === undefined) return rows;
  if (parts.length === 1) {
    rows[only.at] = (await db.orm.execute(only.part)) as unknown as Row[];
    return rows;
  }
  const branches = parts.map(({ part, at }) => sql`select ${at}::int as branch, q.* from (${part}) q`);
  const found = (await db.orm.execute(sql.join(branches, sql` union all `))) as unknown as (Row & {
    readonly branch: number;
  })[];
  for (const row of found) rows[row.branch]?.push(row);
  return rows;
}
