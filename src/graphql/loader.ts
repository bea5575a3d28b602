import DataLoader, { type BatchLoadFn, type Options } from 'dataloader';
import { ownTurn } from '../platform/turns.ts';

/**
 * Makes a DataLoader that loads each batch in a turn of the event loop of its own, after the turns that wait already.
 * The lists of one request are completed in turns (`lists-in-turns.ts`); what their items load is still loaded
 * together.
 */
export function createLoader<Key, Value, CacheKey = Key>(
  load: BatchLoadFn<Key, Value>,
  options: Options<Key, Value, CacheKey> = {},
): DataLoader<Key, Value, CacheKey> {
  return new DataLoader(load, { batchScheduleFn: (send) => void ownTurn().then(send), ...options });
}
