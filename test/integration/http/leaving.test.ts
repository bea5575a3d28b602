import { request } from 'node:http';
import { sql } from 'drizzle-orm';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApp } from '../../../src/app.ts';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import type { Services } from '../../../src/graphql/context.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { afterwards } from '../../support/afterwards.ts';
import { ask, errorOf, serve } from './support.ts';

// A table that another transaction has locked makes a statement as slow as needed.
const poolSize = 3;
const store = await openStore({ poolSize, applicationName: 'asked' });
const account = anAccount();
await savePosts(store, account, [aPost(account)]);
const holder = openAgain(store.url, { poolSize: 2, applicationName: 'holder' });
afterwards(() => holder.close());

const versions = await openVersions(store);
afterwards(() => versions.close());

const query = `{ account(handle: "${account.handle}") { stats { totals { posts } } posts { totalCount } } }`;
/** A query with one statement that waits. */
const counted = `{ account(handle: "${account.handle}") { stats { totals { posts } } } }`;
const unrelated = '{ __typename streams { totalCount } }';

/** Locks the posts while the work runs. */
async function whilePostsAreHeld(work: () => Promise<void>): Promise<void> {
  await holder.sql.begin(async (tx) => {
    await tx`lock table posts, activity in access exclusive mode`;
    await work();
  });
}

/** The number of the server's statements that wait for the lock. */
async function waiting(): Promise<number> {
  const [row] = await holder.sql<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
    where application_name = 'asked' and wait_event_type = 'Lock' and datname = current_database()`;
  return row?.count ?? 0;
}

function served(operationMs = 60_000, logged: string[] = []) {
  const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });
  const services = { refreshing: { afterMs: 60_000, refresh: () => {} } } as unknown as Services; // safe: all that is asked
  const limits = { operationMs };
  const cache = createAnswerCache({ versions, maxBytes: 1_000_000, ttlMs: 1 });
  return serve(createApp({ db: store, log, services, limits }), { limits, log, cache });
}

/** Sends a query and returns what makes the client leave. */
function askAndLeave(port: number, body: unknown): () => void {
  const headers = { 'content-type': 'application/json' };
  const asked = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers });
  asked.on('error', () => {});
  asked.end(JSON.stringify(body));
  return () => void asked.destroy();
}

describe('the statements of a request are cancelled in Postgres', () => {
  test('when clients leave, and the pool is free for others', async () => {
    const server = await served();
    await whilePostsAreHeld(async () => {
      // Each is a different query: equal ones would run once in Postgres.
      const leaving = Array.from({ length: 10 }, (_, number) =>
        askAndLeave(server.port, { query: `${query}${' '.repeat(number)}` }),
      );
      // Statements that are planned once use their own connections.
      await expect.poll(waiting).toBeGreaterThanOrEqual(poolSize);
      for (const leave of leaving) leave();
      await expect.poll(waiting).toBe(0);
      expect(JSON.parse((await ask(server, { query: unrelated })).body)).toMatchObject({
        data: { streams: { totalCount: expect.any(Number) } },
      });
    });
    expect(JSON.parse((await ask(server, { query })).body).errors).toBeUndefined();
  });

  test('when the last of several clients with the same request leaves, not before', async () => {
    const server = await served();
    await whilePostsAreHeld(async () => {
      const first = askAndLeave(server.port, { query: counted });
      await expect.poll(waiting).toBe(1);
      const second = askAndLeave(server.port, { query: counted });
      // Both have arrived when this later one is answered.
      await ask(server, { query: unrelated });
      first();
      await ask(server, { query: `${unrelated} ` });
      expect(await waiting()).toBe(1);
      second();
      await expect.poll(waiting).toBe(0);
    });
  });

  test('when the client of a batch leaves', async () => {
    const server = await served();
    await whilePostsAreHeld(async () => {
      const leave = askAndLeave(server.port, [{ query }, { query: `query Again ${query}` }]);
      await expect.poll(waiting).toBeGreaterThan(0);
      leave();
      await expect.poll(waiting).toBe(0);
    });
  });

  test('when its time is up, which the answer says', async () => {
    const server = await served(500);
    await whilePostsAreHeld(async () => {
      const queries = Array.from({ length: 5 }, (_, number) => `${query}${' '.repeat(number)}`);
      const answers = await Promise.all(queries.map((each) => ask(server, { query: each })));
      for (const answer of answers) expect(errorOf(answer).code).toBe('TIMEOUT');
      await expect.poll(waiting).toBe(0);
      expect(JSON.parse((await ask(server, { query: unrelated })).body).errors).toBeUndefined();
    });
  });

  test.each(['completes the operation', 'closes the socket'])('when a client %s', async (how) => {
    const logged: string[] = [];
    const server = await served(60_000, logged);
    const client = createClient({ url: `ws://127.0.0.1:${server.port}/graphql`, webSocketImpl: WebSocket });
    await whilePostsAreHeld(async () => {
      const complete = client.subscribe({ query }, { next: () => {}, error: () => {}, complete: () => {} });
      await expect.poll(waiting).toBeGreaterThan(0);
      if (how === 'completes the operation') complete();
      else client.terminate();
      await expect.poll(waiting).toBe(0);
    });
    await client.dispose();
    await expect(ask(server, { query })).resolves.toMatchObject({ status: 200 });
    expect(logged).toEqual([]);
  });
});

describe('statements of one operation', () => {
  test('a cancel request never meets a later statement', async () => {
    const outcomes = { ended: 0, cancelled: 0 };
    for (let round = 0; round < 40; round++) {
      const left = new AbortController();
      const leaver = store
        .until(left)
        .orm.execute(sql`select pg_sleep(0.002)`)
        .then(
          () => outcomes.ended++,
          () => outcomes.cancelled++,
        );
      const others = Array.from({ length: 6 }, () => store.orm.execute(sql`select pg_sleep(0.001)`));
      setTimeout(() => left.abort(), round % 8);
      // A statement that is hit by the other's cancel request fails here.
      await Promise.all([leaver, ...others]);
      await Promise.all(others.map(() => store.until(new AbortController()).orm.execute(sql`select 1`)));
    }
    expect(outcomes.ended + outcomes.cancelled).toBe(40);
  });

  test('an operation whose client has already left runs no statement', async () => {
    const gone = store.until({ signal: AbortSignal.abort() });
    await expect(gone.orm.execute(sql`select 1`)).rejects.toMatchObject({
      cause: expect.objectContaining({ code: 'TIMEOUT' }),
    });
  });
});
