import { expect, test } from 'vitest';
import { ticking } from '../../../src/graphql/ticking.ts';
import { createPubSub } from '../../../src/platform/pubsub.ts';

test('ticks without events, loses no event, and ends while it waits', async () => {
  const pubSub = createPubSub();
  const ticked = ticking(await pubSub.subscribe('topic'), 20);
  expect(await ticked.next()).toEqual({ done: false, value: { messages: [], lost: false } });
  expect(await ticked.next()).toEqual({ done: false, value: { messages: [], lost: false } });
  pubSub.publish('topic', { id: '1' });
  expect(await ticked.next()).toEqual({ done: false, value: { messages: [{ id: '1' }], lost: false } });
  const slow = ticking(await pubSub.subscribe('topic'), 3_600_000);
  const waiting = slow.next();
  await slow.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await ticked.return();
  expect(pubSub.count()).toBe(0);
});
