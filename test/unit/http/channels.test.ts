import type { ExecutionResult } from 'graphql';
import { expect, test } from 'vitest';
import { EventBatch } from '../../../src/graphql/live.ts';
import { createChannels } from '../../../src/http/channels.ts';

type Result = IteratorResult<unknown, undefined>;

/** A source whose events the test sets. */
function aSource() {
  const given: (Result | Error)[] = [];
  let asked: { resolve(result: Result): void; reject(error: unknown): void } | null = null;
  const state = { begun: false, ended: false };
  const settle = () => {
    const result = asked === null ? undefined : given.shift();
    if (asked === null || result === undefined) return;
    const { resolve, reject } = asked;
    asked = null;
    if (result instanceof Error) reject(result);
    else resolve(result);
  };
  const add = (result: Result | Error) => {
    given.push(result);
    settle();
  };
  const source: AsyncIterator<unknown, undefined> = {
    next: () =>
      new Promise((resolve, reject) => {
        state.begun = true;
        asked = { resolve, reject };
        settle();
      }),
    return: async () => {
      state.ended = true;
      add({ done: true, value: undefined });
      return { done: true, value: undefined };
    },
  };
  return {
    state,
    source,
    give: (version: number) => add({ done: false, value: new EventBatch([{ version }], version) }),
    finish: () => add({ done: true, value: undefined }),
    fail: (error: Error) => add(error),
  };
}

function subscribing() {
  const follow = createChannels();
  let left = 0;
  const join = (key = 'one') => {
    const feed = aSource();
    const claim = (events: readonly object[]) => ({
      answers: events.map(async (event): Promise<ExecutionResult> => ({ data: { ...event } })),
      release: () => {},
    });
    const answers = follow({ key, source: feed.source, claim, leave: () => left++ });
    const next = async () => {
      const { done, value } = await answers.next();
      return done ? 'over' : value.data?.version;
    };
    return { ...feed, next, leave: () => answers.return?.() };
  };
  return { join, left: () => left };
}

const turns = () => new Promise((done) => setTimeout(done, 0));

test('the source of the first is read for all, that of a later one only for the current state', async () => {
  const { join, left } = subscribing();
  const first = join();
  first.give(1);
  expect(await first.next()).toBe(1);
  const later = join();
  later.give(1);
  expect(await later.next()).toBe(1);
  expect(later.state.ended).toBe(true);
  const heard = [first.next(), later.next()];
  first.give(2);
  expect(await Promise.all(heard)).toEqual([2, 2]);
  await first.leave();
  expect(first.state.ended).toBe(false);
  const last = later.next();
  first.give(3);
  expect(await last).toBe(3);
  await later.leave();
  expect(first.state.ended).toBe(true);
  expect(left()).toBe(2);
});

test('a different subscription has its own source', async () => {
  const { join } = subscribing();
  const [one, other] = [join('one'), join('other')];
  const heard = [one.next(), other.next()];
  one.give(1);
  other.give(7);
  expect(await Promise.all(heard)).toEqual([1, 7]);
});

test('a later subscriber is given nothing older than it has, nor the same again', async () => {
  const { join } = subscribing();
  const first = join();
  first.give(1);
  expect(await first.next()).toBe(1);
  const later = join();
  later.give(3);
  expect(await later.next()).toBe(3);
  const heard = later.next();
  for (const version of [2, 3, 4]) {
    first.give(version);
    await turns();
  }
  expect(await heard).toBe(4);
});

test('what changes while a later subscriber reads the present state is not missed', async () => {
  const { join } = subscribing();
  const first = join();
  first.give(1);
  expect(await first.next()).toBe(1);
  const later = join();
  const heard = later.next();
  first.give(2);
  expect(await first.next()).toBe(2);
  later.give(1);
  expect([await heard, await later.next()]).toEqual([1, 2]);
});

test('a slow reader gets the newest, and delays nobody', async () => {
  const { join } = subscribing();
  const [slow, quick] = [join(), join()];
  slow.give(1);
  expect(await slow.next()).toBe(1);
  quick.give(1);
  expect(await quick.next()).toBe(1);
  for (const version of [2, 3, 4]) {
    slow.give(version);
    expect(await quick.next()).toBe(version);
  }
  expect(await slow.next()).toBe(4);
});

test('the end of a thing and a failure reach everybody after the newest state', async () => {
  for (const isFailure of [false, true]) {
    const { join, left } = subscribing();
    const [first, later] = [join(), join()];
    first.give(1);
    expect(await first.next()).toBe(1);
    later.give(1);
    expect(await later.next()).toBe(1);
    first.give(2);
    expect(await first.next()).toBe(2);
    if (isFailure) first.fail(new Error('away'));
    else first.finish();
    const ends = [first.next(), later.next().then(() => later.next())];
    for (const end of ends) {
      if (isFailure) await expect(end).rejects.toThrow('away');
      else expect(await end).toBe('over');
    }
    expect(left()).toBe(2);
    // The next one starts again.
    const anew = join();
    anew.give(9);
    expect(await anew.next()).toBe(9);
  }
});

test('one that leaves before it has begun, or while it waits, leaves nothing behind', async () => {
  const { join, left } = subscribing();
  const never = join();
  await never.leave();
  expect(never.state.begun).toBe(false);
  const waiting = join();
  const heard = waiting.next();
  await waiting.leave();
  expect(await heard).toBe('over');
  expect(waiting.state.ended).toBe(true);
  expect(left()).toBe(2);
});
