import type DataLoader from 'dataloader';
import type { SQL } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runNumbers } from '../../db/together.ts';
import { createLoader } from '../../graphql/loader.ts';
import { maxFirst } from '../../shared/page.ts';
import type { Measure, Sums } from '../../shared/sums.ts';
import type { StatsScope } from './scope.ts';
import { attached } from '../../shared/attached.ts';

/** The reads of a scope that are sent together. */
type Load<Key> = {
  readonly scope: StatsScope;
  /** This set grows until the statement is sent. */
  readonly measures: Set<Measure>;
  isSent: boolean;
  rows: Promise<readonly Row<Key>[]>;
};
/** Typed as all sums; it has the requested ones. */
type Row<Key> = Sums & Key;

/**
 * A read of sums; each caller names its measures. All requests of one turn become one statement, over the requested
 * measures only, and over all scopes that differ only in their stream. Summing twenty figures takes three times as long
 * as summing four.
 *
 * `keys` are the columns besides the measures. `statement` returns null when there is nothing to read: then there are
 * no rows.
 */
export function readSums<Key, Args extends readonly string[] = []>(
  keys: readonly (keyof Key & string)[],
  statement: (scope: StatsScope, measures: ReadonlySet<Measure>, ...args: Args) => SQL | null,
): <M extends Measure>(
  db: Database,
  scope: StatsScope,
  measures: readonly M[],
  ...args: Args
) => Promise<readonly (Key & Pick<Sums, M>)[]> {
  const loadersOf = () => new Map<string, DataLoader<Load<Key>, readonly Row<Key>[]>>();
  const startedOf = () => new Map<string, Load<Key>[]>();

  const loaderOfArgs = (db: Database, args: Args) =>
    createLoader<Load<Key>, readonly Row<Key>[]>(
      async (loads) => {
        for (const load of loads) load.isSent = true;
        const measures = new Set(loads.flatMap((load) => [...load.measures]));
        const rows = await runNumbers(
          db,
          [...keys, ...measures],
          loads.map(({ scope }) => statement(scope, measures, ...args)),
        );
        return rows as unknown as readonly (readonly Row<Key>[])[]; // safe: these are its columns
      },
      { maxBatchSize: maxFirst },
    );

  return async (db, scope, measures, ...args) => {
    const key = [scope.range.from, scope.range.to, scope.zone, ...args].join(' ');
    const own = attached(scope, startedOf);
    const loads = own.get(key) ?? [];
    own.set(key, loads);
    const fitting = loads.find((load) => !load.isSent || measures.every((name) => load.measures.has(name)));
    if (fitting !== undefined) {
      for (const measure of measures) fitting.measures.add(measure);
      return fitting.rows;
    }
    const byKey = attached(scope.request, loadersOf);
    const loader = byKey.get(key) ?? loaderOfArgs(db, args);
    byKey.set(key, loader);
    const load: Load<Key> = {
      scope,
      measures: new Set(measures),
      isSent: false,
      rows: Promise.resolve([]),
    };
    loads.push(load);
    load.rows = loader.load(load);
    return load.rows;
  };
}
