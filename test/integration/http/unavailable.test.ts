import { expect, test } from 'vitest';
import { openChanges } from '../../../src/changes.ts';
import { sql } from 'drizzle-orm';
import type { Services } from '../../../src/graphql/context.ts';
import { openQueue } from '../../../src/jobs/queue.ts';
import { createJobService } from '../../../src/jobs/service.ts';
import { openApp } from '../../support/app.ts';
import { openDetour } from '../../support/detour.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { openJobs, quiet } from '../../support/worker.ts';
import { type Raw, ask, form, formHeaders, send, serve } from './support.ts';
import { afterwards } from '../../support/afterwards.ts';

const store = await openStore();
await openJobs(store);

/** A server whose connection to the database can be cut. */
async function open(options: Parameters<typeof openAgain>[1] = {}) {
  const detour = await openDetour(store.url);
  const db = openAgain(detour.url, { poolSize: 2, ...options });
  const queue = openQueue(detour.url, quiet);
  const { changes, close } = await openChanges(db);
  const jobs = createJobService(db, queue);
  const app = openApp(db, { jobs, changes } as Partial<Services>);
  const checks = {
    database: async () => void (await db.orm.execute(sql`select 1`)),
    queue: async () => void (await queue.counts()),
  };
  const server = await serve(app, { health: { checks } });
  afterwards(async () => {
    await Promise.all([close(), queue.close(), db.close()]);
    await detour.close();
  });
  return { detour, server };
}

const upload = [
  {
    name: 'operations',
    value: JSON.stringify({
      query: 'mutation ($file: File!) { importFile(file: $file) { id } }',
      variables: { file: null },
    }),
  },
  { name: 'map', value: '{"0":["variables.file"]}' },
  { name: '0', value: 'x', filename: 'tweets.js' },
];
const jobId = Buffer.from('Job:6e9a5a3e-1f9b-4a39-9c50-0a4f3a4c0a11').toString('base64');

const errorsOf = ({ body }: Raw) =>
  (JSON.parse(body) as { errors: { message: string; extensions: { code: string; retryAt: string } }[] })
    .errors;

test('while the database is unavailable every kind of request says so, and when to try again', async () => {
  const { detour, server } = await open();
  expect((await ask(server, { query: '{ jobs { totalCount } }' })).status).toBe(200);
  await detour.close();
  const asked = [
    ask(server, { query: '{ jobs { totalCount } }' }),
    ask(server, { query: '{ account(handle: "lark") { handle } }' }),
    ask(server, { query: '{ jobs { totalCount } }' }, { accept: 'application/graphql-response+json' }),
    ask(server, { query: `mutation { cancelJob(id: "${jobId}") { id } }` }),
    ask(server, { query: `mutation { retryJob(id: "${jobId}") { id } }` }),
    send(server, { headers: formHeaders }, form(upload)),
  ];
  for (const answer of await Promise.all(asked)) {
    expect(answer).toMatchObject({ status: 503 });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    const [error, ...others] = errorsOf(answer);
    expect(others).toEqual([]);
    expect(error?.extensions.code).toBe('STORE_UNAVAILABLE');
    expect(error?.message).toMatch(/^The database is away: try again at /);
    expect(new Date(error?.extensions.retryAt ?? '').getTime()).toBeGreaterThan(0);
  }
  const subscription = await ask(
    server,
    { query: `subscription { jobProgress(id: "${jobId}") { id } }` },
    { accept: 'text/event-stream' },
  );
  expect(subscription.body).toContain('STORE_UNAVAILABLE');
  const ready = await send(server, { method: 'GET', path: '/ready' });
  expect(ready.status).toBe(503);
  expect(JSON.parse(ready.body).checks).toMatchObject({
    database: { ok: false, error: 'STORE_UNAVAILABLE' },
    queue: { ok: false, error: 'STORE_UNAVAILABLE' },
  });

  await detour.open();
  await expect
    .poll(async () => (await ask(server, { query: '{ jobs { totalCount } }' })).body)
    .toBe('{"data":{"jobs":{"totalCount":0}}}');
  await expect.poll(async () => (await send(server, { method: 'GET', path: '/ready' })).status).toBe(200);
});

test('an answer with part of the data is still sent', async () => {
  const { detour, server } = await open();
  await detour.close();
  const answer = await ask(server, { query: '{ __typename account(handle: "lark") { handle } }' });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body).data).toEqual({ __typename: 'Query', account: null });
  expect(errorsOf(answer)[0]?.extensions.code).toBe('STORE_UNAVAILABLE');
});

test('connections that a network dropped silently are closed, and the pool recovers', async () => {
  const { detour, server } = await open({ statementTimeoutMs: 50, poolSize: 1 });
  const query = '{ jobs { totalCount } }';
  await ask(server, { query });
  detour.swallow();
  const swallowed = await ask(server, { query });
  expect(errorsOf(swallowed)[0]?.extensions.code).toBe('STORE_UNAVAILABLE');
  await expect
    .poll(async () => (await ask(server, { query })).body)
    .toBe('{"data":{"jobs":{"totalCount":0}}}');
});
