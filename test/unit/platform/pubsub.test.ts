import { expect, test } from 'vitest';
import { createPubSub } from '../../../src/platform/pubsub.ts';

test('a topic is heard by those who subscribed to it, before they ask', async () => {
  const pubSub = createPubSub();
  const one = pubSub.subscribe('birds');
  const other = pubSub.subscribe('bees');
  pubSub.publish('birds', { id: 'lark' });
  expect((await one.next()).value).toEqual({ messages: [{ id: 'lark' }], lost: false });
  const waiting = other.next();
  pubSub.publish('bees', { id: 'drone' });
  expect((await waiting).value?.messages).toEqual([{ id: 'drone' }]);
});

test('whoever asks late finds the newest of each id', async () => {
  const pubSub = createPubSub();
  const late = pubSub.subscribe('birds');
  for (let version = 1; version <= 100; version++) {
    pubSub.publish('birds', { id: 'lark', version });
    pubSub.publish('birds', { id: 'wren', version: -version });
  }
  expect((await late.next()).value).toEqual({
    messages: [
      { id: 'lark', version: 100 },
      { id: 'wren', version: -100 },
    ],
    lost: false,
  });
});

test('more than a thousand waiting ids become one word that some are lost', async () => {
  const pubSub = createPubSub();
  const late = pubSub.subscribe('birds');
  for (let id = 0; id <= 1_000; id++) pubSub.publish('birds', { id: String(id) });
  pubSub.publish('birds', { id: 'last' });
  expect((await late.next()).value).toEqual({ messages: [{ id: 'last' }], lost: true });
  pubSub.publish('birds', { id: 'next' });
  expect((await late.next()).value).toEqual({ messages: [{ id: 'next' }], lost: false });
});

test('everybody hears that messages may be lost', async () => {
  const pubSub = createPubSub();
  const all = [pubSub.subscribe('birds'), pubSub.subscribe('bees')];
  pubSub.tellLost();
  for (const one of all) expect((await one.next()).value).toEqual({ messages: [], lost: true });
});

test('the end answers who waits, and leaves nothing', async () => {
  const pubSub = createPubSub();
  const [waiting, idle] = [pubSub.subscribe('birds'), pubSub.subscribe('birds')];
  const next = waiting.next();
  expect(pubSub.count()).toBe(2);
  await waiting.return();
  await waiting.return();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(pubSub.count()).toBe(1);
  pubSub.publish('birds', { id: 'lark' });
  await idle.return();
  expect(await idle.next()).toEqual({ done: true, value: undefined });
  expect(pubSub.count()).toBe(0);
});
