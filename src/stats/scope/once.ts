import type { Database } from '../../db/client.ts';
import type { StatsScope } from './scope.ts';

/** What several stats stand on, read once a scope, whoever asks first. */
export function once<Value>(
  read: (db: Database, scope: StatsScope) => Promise<Value>,
): (db: Database, scope: StatsScope) => Promise<Value> {
  const started = new WeakMap<StatsScope, Promise<Value>>();
  return (db, scope) => {
    let value = started.get(scope);
    if (value === undefined) {
      value = read(db, scope);
      started.set(scope, value);
    }
    return value;
  };
}
