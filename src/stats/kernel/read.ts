import type DataLoader from 'dataloader';
import type { SQL } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import { maxFirst } from '../../shared/page.ts';
import type { StatsScope } from './scope.ts';
import { createLoader } from '../../graphql/loader.ts';

type Name = string | number;

/**
 * A read of the store by scope. Scopes of one request that differ in nothing but their stream are read by one
 * statement, however many streams there are, and each scope is read once for the same arguments.
 *
 * `statement` returns null when there is nothing to read: `toValue` then gets no rows.
 */
export function read<Args extends readonly Name[], Row, Value>(
  statement: (scope: StatsScope, ...args: Args) => SQL | null,
  toValue: (rows: readonly Row[]) => Value,
): (db: Database, scope: StatsScope, ...args: Args) => Promise<Value> {
  type Loader = DataLoader<StatsScope, Value>;
  const loaders = new WeakMap<object, Map<string, Loader>>();

  const loaderOfArgs = (db: Database, args: Args): Loader =>
    // A hundred reads made in one turn of the event loop would hold up everybody else: each loader has its own.
    createLoader(
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
    const loader = own.get(key) ?? loaderOfArgs(db, args);
    own.set(key, loader);
    return loader.load(scope);
  };
}
