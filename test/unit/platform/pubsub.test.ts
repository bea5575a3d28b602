import { expect, test } from 'vitest';
import { createPubSub } from '../../../src/platform/pubsub.ts';
import { untilNoneIsOpen } from '../../support/left-open.ts';

test('subscribers get the messages that came before they ask', async () => {
  const pubSub = createPubSub();
  const one = await pubSub.subscribe('birds');
  const other = await pubSub.subscribe('bees');
  pubSub.publish('birds', { id: 'lark' });
  expect((await one.next()).value).toEqual({ messages: [{ id: 'lark' }], lost: false });
  const waiting = other.next();
  pubSub.publish('bees', { id: 'drone' });
  expect((await waiting).value?.messages).toEqual([{ id: 'drone' }]);
});

test('a late reader finds the newest of each id', async () => {
  const pubSub = createPubSub();
  const late = await pubSub.subscribe('birds');
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

test('more than a thousand waiting ids become one notice that some are lost', async () => {
  const pubSub = createPubSub();
  const late = await pubSub.subscribe('birds');
  for (let id = 0; id <= 1_000; id++) pubSub.publish('birds', { id: String(id) });
  pubSub.publish('birds', { id: 'last' });
  expect((await late.next()).value).toEqual({ messages: [{ id: 'last' }], lost: true });
  pubSub.publish('birds', { id: 'next' });
  expect((await late.next()).value).toEqual({ messages: [{ id: 'next' }], lost: false });
});

test('every subscriber learns that messages may be lost', async () => {
  const pubSub = createPubSub();
  const all = [await pubSub.subscribe('birds'), await pubSub.subscribe('bees')];
  pubSub.notifyLost();
  for (const one of all) expect((await one.next()).value).toEqual({ messages: [], lost: true });
});

test('the end answers a waiting reader, and leaves nothing', async () => {
  const pubSub = createPubSub();
  const [waiting, idle] = [await pubSub.subscribe('birds'), await pubSub.subscribe('birds')];
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

test('a subscription resolves when others are heard, and tells when it is over', async () => {
  const heard = new Map<string, () => void>();
  const left: string[] = [];
  const pubSub = createPubSub({
    join: (topic) => new Promise((resolve) => void heard.set(topic, resolve)),
    leave: (topic) => void left.push(topic),
  });
  let subscribed = false;
  const subscribing = pubSub.subscribe('birds').then((subscription) => {
    subscribed = true;
    return subscription;
  });
  await new Promise(setImmediate);
  expect(subscribed).toBe(false);
  pubSub.publish('birds', { id: 'early' });
  heard.get('birds')?.();
  const subscription = await subscribing;
  expect((await subscription.next()).value?.messages).toEqual([{ id: 'early' }]);
  await subscription.return();
  await subscription.return();
  expect(left).toEqual(['birds']);
});

test('a subscription that others refuse leaves nothing', async () => {
  const left: string[] = [];
  const pubSub = createPubSub({
    join: () => Promise.reject(new Error('no')),
    leave: (topic) => void left.push(topic),
  });
  await expect(pubSub.subscribe('birds')).rejects.toThrow('no');
  expect(pubSub.count()).toBe(0);
  expect(left).toEqual(['birds']);
});

test('one that is left open is found', async () => {
  const pubSub = createPubSub();
  const left = await pubSub.subscribe('birds');
  await expect(untilNoneIsOpen(pubSub, 20)).rejects.toThrow('left open: 1');
  await left.return();
  await untilNoneIsOpen(pubSub);
});
