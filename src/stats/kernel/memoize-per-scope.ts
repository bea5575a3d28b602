import type { Database } from '../../db/client.ts';
import type { StatsScope } from './scope.ts';
import { attached } from '../../shared/attached.ts';

/** Computes a value of a scope once for the same arguments, for all callers. Statements use `read.ts`. */
export function memoizePerScope<Args extends readonly (string | number)[], Value>(
  read: (db: Database, scope: StatsScope, ...args: Args) => Promise<Value>,
): (db: Database, scope: StatsScope, ...args: Args) => Promise<Value> {
  const startedOf = () => new Map<string, Promise<Value>>();
  return (db, scope, ...args) => {
    const own = attached(scope, startedOf);
    const key = args.join(' ');
    const value = own.get(key) ?? read(db, scope, ...args);
    own.set(key, value);
    return value;
  };
}
