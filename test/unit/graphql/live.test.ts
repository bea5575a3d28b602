import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { follow } from '../../../src/graphql/live.ts';
import { createPubSub } from '../../../src/platform/pubsub.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // safe: the flag makes it

/** Reads one event of a source and ends it, as a subscriber does that needs only the current state. */
class OneTimeReader {
  readonly found: object[] = [];

  async read(source: AsyncIterator<object>): Promise<void> {
    const { value } = await source.next();
    this.found.push(value);
    await this.end(source);
  }

  end(source: AsyncIterator<object>): Promise<unknown> | undefined {
    return source.return?.();
  }
}

test('a source that has ended keeps no reference to its consumer', async () => {
  const changes = createPubSub();
  const events = follow({
    subscribe: () => changes.subscribe('a topic'),
    read: async () => ({ events: [{}], over: false }),
    everyMs: 1,
    atOnce: true,
  });
  const source = events[Symbol.asyncIterator]();
  const readOnce = async () => {
    const reader = new OneTimeReader();
    await reader.read(source);
    return new WeakRef(reader);
  };
  const reader = await readOnce();
  // An object that is dereferenced, or awaited, lives until the end of its turn.
  await setImmediate();
  collectGarbage();
  expect(reader.deref()).toBeUndefined();
  expect(await source.next()).toEqual({ done: true, value: undefined });
});
