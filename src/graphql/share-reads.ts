import { setImmediate } from 'node:timers/promises';
import type { Database } from '../db/client.ts';
import { attached } from '../shared/attached.ts';

/**
 * Lets callers who ask for the same key at the same moment share one read of the store: a thousand subscribers to one
 * change read it once. Nothing is kept, and no caller gets what was read before it asked.
 */
export function shareReads<Key extends string | number, Value>(
  read: (db: Database, key: Key) => Promise<Value>,
): (db: Database, key: Key) => Promise<Value> {
  const askedOf = () => new Map<Key, Promise<Value>>();
  return (db, key) => {
    const own = attached(db, askedOf);
    const joined =
      own.get(key) ??
      setImmediate().then(() => {
        own.delete(key);
        return read(db, key);
      });
    own.set(key, joined);
    return joined;
  };
}
