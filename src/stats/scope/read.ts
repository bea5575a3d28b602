import DataLoader from 'dataloader';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { maxFirst } from '../../shared/page.ts';
import type { StatsScope } from './scope.ts';

type Name = string | number;

/**
 * A read of the store by scope. Scopes of one request that differ in nothing but their stream are read by one
 * statement, however many streams there are, and each scope is read once for the same arguments.
 *
 * The statement is a UNION ALL of the one that each stream would take alone, so that each keeps its plan (a range of a
 * key that begins with stream_id). For a single stream it is that one. Postgres appends whole branches, so the order
 * within each stays.
 *
 * `statement` returns null when there is nothing to read: `toValue` then gets no rows.
 */
export function read<Args extends readonly Name[], Row, Value>(
  statement: (scope: StatsScope, ...args: Args) => SQL | null,
  toValue: (rows: readonly Row[]) => Value,
): (db: Database, scope: StatsScope, ...args: Args) => Promise<Value> {
  type Loader = DataLoader<StatsScope, Value>;
  const loaders = new WeakMap<object, Map<string, Loader>>();

  const createLoader = (db: Database, args: Args): Loader =>
    new DataLoader(
      async (scopes) => {
        const statements = scopes.map((scope) => statement(scope, ...args));
        const rows = await runTogether<Row>(db, statements);
        return rows.map(toValue);
      },
      { maxBatchSize: maxFirst },
    );

  return (db, scope, ...args) => {
    const own = loaders.get(scope.request) ?? new Map<string, Loader>();
    loaders.set(scope.request, own);
    const key = [scope.range.from, scope.range.to, scope.zone, ...args].join(' ');
    const loader = own.get(key) ?? createLoader(db, args);
    own.set(key, loader);
    return loader.load(scope);
  };
}

/** Runs statements of the same columns as one, and returns the rows of each in its order. */
async function runTogether<Row>(
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
