import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApp } from '../../../src/app.ts';
import { openChanges } from '../../../src/changes.ts';
import type { Services } from '../../../src/graphql/context.ts';
import type { Limits } from '../../../src/http/limits.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { serveCached } from '../cache/support.ts';
import { ask, errorOf, type Served, serve } from './support.ts';

const store = await openStore({ applicationName: 'asked' });
const holder = openAgain(store.url, { poolSize: 2, applicationName: 'holder' });
afterwards(() => holder.close());
const { changes, close } = await openChanges(store);
afterwards(close);

const query = '{ streams { totalCount } }';

function served(limits: Partial<Limits>) {
  const services = { changes } as unknown as Services; // safe: all that is asked for
  return serve(createApp({ db: store, log: pino({ level: 'silent' }), services, limits }), { limits });
}

/** Operations run and do not end before the work does. */
async function whileNothingEnds(work: () => Promise<void>): Promise<void> {
  await holder.sql.begin(async (tx) => {
    await tx`lock table streams in access exclusive mode`;
    await work();
  });
}

const running = async (): Promise<number> => {
  const [row] = await holder.sql<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
    where application_name = 'asked' and wait_event_type = 'Lock' and datname = current_database()`;
  return row?.count ?? 0;
};

const askSome = (server: Served, count: number) =>
  Array.from({ length: count }, () => ask(server, { query }));

test('some operations run at once, some more wait, and the rest are told to come later', async () => {
  const server = await served({ operationsAtOnce: 2, operationsWaiting: 3 });
  await whileNothingEnds(async () => {
    const answers = askSome(server, 9);
    const refusals: Awaited<(typeof answers)[number]>[] = [];
    for (const answer of answers) void answer.then((raw) => raw.status === 503 && refusals.push(raw));
    await expect.poll(() => refusals.length).toBe(4);
    await expect.poll(running).toBe(2);
    for (const refusal of refusals) {
      expect(refusal.headers).toMatchObject({ 'retry-after': '1', connection: expect.any(String) });
      expect(errorOf(refusal)).toEqual({
        code: 'RATE_LIMITED',
        message: 'The server is busy: 2 operations run and 3 wait already',
      });
    }
    // Requests that cost nothing are still answered.
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    holdUntilAnswered = Promise.all(answers);
  });
  const statuses = (await holdUntilAnswered).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, 200, 200, 200, 200, 503, 503, 503, 503]);
  expect((await ask(server, { query })).status).toBe(200);
});
let holdUntilAnswered: Promise<readonly { readonly status: number }[]>;

test('a full server refuses no query whose answer it has or computes', async () => {
  const server = await serveCached(
    store,
    {},
    { http: { limits: { operationsAtOnce: 1, operationsWaiting: 0 } } },
  );
  const cached = '{ __typename }';
  expect((await ask(server, { query: cached })).status).toBe(200);
  let together: ReturnType<typeof askSome> = [];
  await whileNothingEnds(async () => {
    const first = ask(server, { query });
    await expect.poll(running).toBe(1);
    together = [first, ...askSome(server, 5)];
    expect((await ask(server, { query: '{ streams { totalCount pageInfo { hasNextPage } } }' })).status).toBe(
      503,
    );
    expect((await ask(server, { query: cached })).headers).toMatchObject({ 'x-larkstat-cache': 'hit' });
  });
  expect((await Promise.all(together)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
});

test('one that has waited too long must come later, and its place is free', async () => {
  const server = await served({ operationsAtOnce: 1, operationsWaiting: 1, waitMs: 20 });
  await whileNothingEnds(async () => {
    const first = ask(server, { query });
    first.catch(() => {});
    await expect.poll(running).toBe(1);
    for (let at = 0; at < 3; at++) {
      const refusal = await ask(server, { query });
      expect(refusal.status).toBe(503);
      expect(errorOf(refusal).message).toBe('The server is busy: the operation waited 0.02 s for its turn');
    }
  });
});

test('queries over a WebSocket take their turn, too', async () => {
  const server = await served({ operationsAtOnce: 1, operationsWaiting: 0 });
  const client = createClient({ url: `ws://127.0.0.1:${server.port}/graphql`, webSocketImpl: WebSocket });
  afterwards(() => void client.dispose());
  await whileNothingEnds(async () => {
    const first = ask(server, { query });
    first.catch(() => {});
    await expect.poll(running).toBe(1);
    const { value } = await client.iterate({ query }).next();
    expect(value.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });
});

test('subscriptions are counted apart, and each that ends makes room', async () => {
  const server = await served({ operationsAtOnce: 1, operationsWaiting: 5, subscriptions: 2 });
  const open = () => {
    const stop = new AbortController();
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
    const body = JSON.stringify({ query: 'subscription { jobChanged { id } }' });
    return {
      stop,
      asked: fetch(`${server.url}/graphql`, { method: 'POST', headers, body, signal: stop.signal }),
    };
  };
  const [first, second] = [open(), open()];
  for (const { asked } of [first, second]) expect((await asked).status).toBe(200);
  await expect.poll(() => changes.count()).toBe(2);
  const refusal = await (await open().asked).text();
  expect(refusal).toContain('Too many subscriptions: 2 are open already');
  expect(refusal).toContain('RATE_LIMITED');
  expect((await ask(server, { query })).status).toBe(200);
  first.stop.abort();
  await expect.poll(() => changes.count()).toBe(1);
  const third = open();
  expect((await third.asked).status).toBe(200);
  await expect.poll(() => changes.count()).toBe(2);
  for (const { stop } of [second, third]) stop.abort();
  await expect.poll(() => changes.count()).toBe(0);
});
