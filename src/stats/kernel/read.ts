import type DataLoader from 'dataloader';
import type { SQL } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import { maxFirst } from '../../shared/page.ts';
import type { StatsScope } from './scope.ts';
import { createLoader } from '../../graphql/loader.ts';
import { attached } from '../../shared/attached.ts';

type Name = string | number;

/** One scope, read with some arguments. */
type Load<Args> = { readonly scope: StatsScope; readonly args: Args };

/**
 * A read of the store by scope. All such reads of one request in one turn, for scopes that differ only in their stream
 * and for any arguments, become one statement. Each scope is read once for the same arguments.
 *
 * `statement` returns null when there is nothing to read: `toValue` then gets no rows.
 */
export function read<Args extends readonly Name[], Row, Value>(
  statement: (scope: StatsScope, ...args: Args) => SQL | null,
  toValue: (rows: readonly Row[]) => Value,
): (db: Database, scope: StatsScope, ...args: Args) => Promise<Value> {
  const loadersOf = () => new Map<string, DataLoader<Load<Args>, Value>>();
  const startedOf = () => new Map<string, Promise<Value>>();

  const createReader = (db: Database) =>
    // One loader for each read: a hundred reads made in one turn of the event loop would otherwise delay everything
    // else.
    createLoader<Load<Args>, Value>(
      async (loads) => {
        const statements = loads.map(({ scope, args }) => statementOf(scope, args));
        const parts = statements.map((part) => (part instanceof Error ? null : part));
        const rows = await runTogether<Row>(db, parts);
        return statements.map((part, at) => (part instanceof Error ? part : toValue(rows[at] ?? [])));
      },
      { maxBatchSize: maxFirst, cache: false },
    );

  /** A refused argument fails only its own read. */
  const statementOf = (scope: StatsScope, args: Args): SQL | Error | null => {
    try {
      return statement(scope, ...args);
    } catch (error) {
      return error instanceof Error ? error : new Error('a statement could not be made', { cause: error });
    }
  };

  return (db, scope, ...args) => {
    const key = [scope.range.from, scope.range.to, scope.zone].join(' ');
    const own = attached(scope, startedOf);
    const byKey = attached(scope.request, loadersOf);
    const loader = byKey.get(key) ?? createReader(db);
    byKey.set(key, loader);
    const text = args.join(' ');
    const value = own.get(text) ?? loader.load({ scope, args });
    own.set(text, value);
    return value;
  };
}
