import { setImmediate } from 'node:timers/promises';
import type { Database } from '../db/client.ts';
import { attached } from '../shared/attached.ts';

/**
 * A read of the store that those who ask for the same key in the same moment share: a thousand subscribers who hear
 * of one change read it once. Nothing is kept, and nobody is given what was read before they asked.
 */
export function shared<Key extends string | number, Value>(
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
