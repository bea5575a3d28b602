import DataLoader, { type BatchLoadFn, type Options } from 'dataloader';
import { ownTurn } from '../platform/turns.ts';

/**
 * Makes a DataLoader whose batch goes out in a turn of the event loop of its own, after those that wait already. The
 * lists of one request are put together in a turn each (`lists-in-turns.ts`): what their items load is still loaded
 * together.
 */
export function createLoader<Key, Value, CacheKey = Key>(
  load: BatchLoadFn<Key, Value>,
  options: Options<Key, Value, CacheKey> = {},
): DataLoader<Key, Value, CacheKey> {
  return new DataLoader(load, { batchScheduleFn: (send) => void ownTurn().then(send), ...options });
}
