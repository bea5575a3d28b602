import { Agent } from 'node:http';
import { connect } from 'node:net';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApp } from '../../../src/app.ts';
import type { Services } from '../../../src/graphql/context.ts';
import type { HttpServer } from '../../../src/http/server.ts';
import { afterwards } from '../../support/afterwards.ts';
import { patienceMs } from '../../support/patience.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { type Raw, type Served, send, serve } from './support.ts';

const store = await openStore({ applicationName: 'asked' });
const holder = openAgain(store.url, { poolSize: 2, applicationName: 'holder' });
afterwards(() => holder.close());

const query = '{ streams { totalCount } }';
const times = { delayMs: 0, limitMs: 60_000 };

const served = () =>
  // safe: the query needs no services
  serve(createApp({ db: store, log: pino({ level: 'silent' }), services: {} as Services }));

/** A client that reuses one connection, as proxies do. */
function keptConnection() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  afterwards(() => agent.destroy());
  const headers = { 'content-type': 'application/json' };
  return {
    ask: (server: Served) => send(server, { agent, headers }, JSON.stringify({ query })),
    get: (server: Served, path: string) => send(server, { agent, method: 'GET', path }),
  };
}

/** Answers wait until this work resolves. */
async function whileAnswersWait<T>(work: () => Promise<T>): Promise<T> {
  return holder.sql
    .begin(async (tx) => {
      await tx`lock table streams in access exclusive mode`;
      return { value: await work() };
    })
    .then(({ value }) => value);
}

const waiting = async (): Promise<number> => {
  const [row] = await holder.sql<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
    where application_name = 'asked' and wait_event_type = 'Lock' and datname = current_database()`;
  return row?.count ?? 0;
};

const connections = ({ server }: { readonly server: HttpServer }) =>
  new Promise<number>((done, failed) =>
    server.getConnections((error, count) => (error ? failed(error) : done(count))),
  );

test('a connection is kept longer than the 75 s of a proxy, and carries request after request', async () => {
  const { server } = await served();
  expect(server.keepAliveTimeout).toBeGreaterThan(75_000);
  expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
  const kept = await served();
  const client = keptConnection();
  let opened = 0;
  kept.server.on('connection', () => opened++);
  for (let at = 0; at < 3; at++) {
    expect(await client.ask(kept)).toMatchObject({ status: 200, headers: { connection: 'keep-alive' } });
  }
  expect(opened).toBe(1);
});

test('a running request is answered, as the last of its connection', async () => {
  const server = await served();
  const client = keptConnection();
  let stopped: Promise<void> | undefined;
  let answer: Promise<Raw> | undefined;
  await whileAnswersWait(async () => {
    answer = client.ask(server);
    answer.catch(() => {}); // awaited below
    await expect.poll(waiting).toBe(1);
    stopped = server.server.drain(times);
    // It stops listening in a moment: a connection from before is accepted.
    const health = () =>
      fetch(`${server.url}/health`).then(
        () => 'taken',
        () => 'refused',
      );
    await expect.poll(health).toBe('refused');
  });
  expect(await answer).toMatchObject({
    status: 200,
    headers: { connection: 'close' },
    body: '{"data":{"streams":{"totalCount":0}}}',
  });
  await stopped;
});

test('/ready reports the stop at once, while new connections are still accepted for the delay', async () => {
  const server = await served();
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  void server.server.drain({ ...times, delayMs: patienceMs });
  const ready = await fetch(`${server.url}/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ status: 'stopping', timestamp: expect.any(String), checks: {} });
  expect(ready.headers.get('connection')).toBe('close');
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test('a request on an open connection after the stop is answered', async () => {
  const server = await served();
  const client = keptConnection();
  await client.ask(server);
  const stopped = server.server.drain(times);
  expect(await client.ask(server)).toMatchObject({ status: 200, headers: { connection: 'close' } });
  await stopped;
});

test('connections without a request do not delay the stop', async () => {
  const server = await served();
  const unused = connect(server.port, '127.0.0.1');
  await keptConnection().ask(server);
  await expect.poll(() => connections(server)).toBe(2);
  const closed = new Promise((done) => unused.once('close', done));
  await server.server.drain(times);
  await closed;
});

test('a request that takes longer than the limit is cut off', async () => {
  const server = await served();
  await whileAnswersWait(async () => {
    const answer = keptConnection().ask(server);
    answer.catch(() => {});
    await expect.poll(waiting).toBe(1);
    await server.server.drain({ delayMs: 0, limitMs: 10 });
    await expect(answer).rejects.toThrow('socket hang up');
  });
});

test('a query over a WebSocket is answered before the socket is closed', async () => {
  const server = await served();
  const client = createClient({
    url: `ws://127.0.0.1:${server.port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const closed = new Promise((done) => client.on('closed', (event) => done((event as CloseEvent).code)));
  const results: unknown[] = [];
  let stopped: Promise<void> | undefined;
  await whileAnswersWait(async () => {
    client.subscribe(
      { query },
      { next: (result) => results.push(result), error: () => {}, complete: () => {} },
    );
    await expect.poll(waiting).toBe(1);
    stopped = server.server.drain(times);
  });
  expect(await closed).toBe(1001);
  expect(results).toEqual([{ data: { streams: { totalCount: 0 } } }]);
  await stopped;
});
