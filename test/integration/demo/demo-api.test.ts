import { beforeEach, expect, test } from 'vitest';
import type { Services } from '../../../src/graphql/context.ts';
import { removeDemo } from '../../../src/jobs/demo.ts';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { listDemoStreams } from '../../../src/streams/demo.ts';
import { afterwards } from '../../support/afterwards.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const files = { spoolRoot: folder, uploads: openFolder(folder) };
const app = openApp(db, {
  jobs,
  demo: {
    add: (now) => jobs.addDemo(now),
    remove: () => removeDemo(db.sql, files),
    isThere: async () => (await listDemoStreams(db.sql)).length > 0,
  },
  // safe: the queries of this file touch no more of it
  system: {} as Services['system'],
});

async function work(): Promise<void> {
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot: folder,
    fetching: noProviders(db, queue),
    log: quiet,
  });
  afterwards(() => worker.close());
}

async function asked(query: string) {
  const { data, errors } = await ask(app, query);
  expect(errors).toBeUndefined();
  return data;
}
const add = async () => (await asked('mutation { addDemo { id subject state } }')).addDemo;
const remove = async () => (await asked('mutation { removeDemo }')).removeDemo as readonly string[];
const hasDemo = async () => (await asked('{ system { hasDemo } }')).system.hasDemo;
const idOf = (global: string) => Buffer.from(global, 'base64').toString().split(':')[1] ?? '';
const titles = async () => (await db.sql`select title from streams order by title`).map((row) => row.title);
const demo = ['@harbour_ledger', '@kissa_hima', '@nachtcommit'];

beforeEach(async () => {
  for (const {
    job_id: jobId,
  } of await db.sql`select job_id from jobs where state in ('QUEUED', 'RUNNING')`) {
    await jobs.cancel(jobId as string);
  }
  for (const { stream_id: streamId } of await db.sql`select stream_id from streams`) {
    await app.fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation ($id: ID!) { deleteStream(id: $id) }',
        variables: { id: Buffer.from(`Account:${streamId}`).toString('base64') },
      }),
    });
  }
});

test('concurrent requests for the demo create it by one job', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, async () => (await add()).id));
  expect(new Set(ids).size).toBe(1);
  expect(await hasDemo()).toBe(false);
});

test('the demo is created once, and removing it removes nothing else', async () => {
  const mine = anAccount();
  await savePosts(db, mine, [aPost(mine)]);
  await work();
  const job = await add();
  expect(job).toMatchObject({ subject: 'demo accounts' });
  expect((await untilJob(db, idOf(job.id), isOver)).state).toBe('SUCCEEDED');
  expect(await titles()).toEqual([...demo, `@${mine.handle}`].sort());
  expect(await hasDemo()).toBe(true);
  expect(await add()).toBeNull();
  const removed = await remove();
  expect(removed).toHaveLength(3);
  expect(
    (await ask(app, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: removed })).data.nodes,
  ).toEqual([null, null, null]);
  expect(await titles()).toEqual([`@${mine.handle}`]);
  expect(await hasDemo()).toBe(false);
  expect(await remove()).toEqual([]);
});

test('an account of somebody else with the same handle is neither written to nor erased', async () => {
  const theirs = anAccount({ handle: 'Kissa_Hima', platformId: null });
  await savePosts(db, theirs, [aPost(theirs, { text: 'mine' })]);
  await work();
  const job = await add();
  expect((await untilJob(db, idOf(job.id), isOver)).state).toBe('SUCCEEDED');
  expect(await remove()).toHaveLength(2);
  expect(await titles()).toEqual(['@Kissa_Hima']);
  const { account } = await asked('{ account(handle: "kissa_hima") { stats { totals { posts } } } }');
  expect(account.stats.totals.posts).toBe(1);
});

test("a stream of the demo that has somebody's own posts stays", async () => {
  await work();
  const job = await add();
  await untilJob(db, idOf(job.id), isOver);
  const theirs = anAccount({ handle: 'kissa_hima', platformId: null });
  await savePosts(db, theirs, [aPost(theirs, { text: 'from an archive' })]);
  expect(await remove()).toHaveLength(2);
  expect(await titles()).toEqual(['@kissa_hima']);
  expect(await hasDemo()).toBe(false);
});

test('a demo that is being created is stopped when it is removed', async () => {
  const job = await add();
  await remove();
  expect((await untilJob(db, idOf(job.id), isOver)).state).toBe('CANCELLED');
  expect(await hasDemo()).toBe(false);
});
