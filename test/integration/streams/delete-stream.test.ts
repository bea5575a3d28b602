import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { beforeEach, expect, test } from 'vitest';
import { streamTables } from '../../../src/db/store-tables.ts';
import { deleteStream } from '../../../src/jobs/delete-stream.ts';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { NotFoundError } from '../../../src/shared/errors.ts';
import { afterwards } from '../../support/afterwards.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { refuseInserts } from '../../support/refuse.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';
import { tweet, writeArchive } from '../../support/x-archive.ts';
import { onOneNode } from '../../support/on-one-node.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const spoolRoot = join(folder, 'spool');
const uploads = join(folder, 'uploads');
const account = anAccount();
const owner = {
  id: account.platformId ?? '',
  handle: account.handle,
  displayName: 'Ada',
  joinedAt: new Date(0),
};
const archive = join(folder, 'archive.zip');
await writeArchive(
  archive,
  owner,
  Array.from({ length: 50 }, (_, at) =>
    tweet({ at: Date.UTC(2023, 0, 1) + at * 60_000, text: `tweet ${at}` }),
  ),
);

/** The folder for the files of this test's jobs. */
const files = { spoolRoot, uploads: openFolder(uploads) };

beforeEach(async () => {
  await db.sql.unsafe(`truncate ${[...new Set([...streamTables, 'accounts'])].join(', ')} restart identity`);
  for (const own of [uploads, spoolRoot]) {
    await rm(own, { recursive: true, force: true });
    await mkdir(own);
  }
});

/** An import whose file was uploaded under this name. */
async function importUpload(name: string, handle: string | null = null): Promise<string> {
  const path = join(uploads, name);
  await copyFile(archive, path);
  return jobs.importArchive({ path, handle, uploaded: true });
}

async function work(): Promise<() => Promise<void>> {
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot,
    fetching: noProviders(db, queue),
    log: quiet,
  });
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= worker.close();
    return closed;
  };
  afterwards(close);
  return close;
}

const setJob = (jobId: string, state: string, streamId: number | null) =>
  db.sql`update jobs set state = ${state}::job_state, stream_id = ${streamId} where job_id = ${jobId}`;
const jobIds = async () => (await db.sql`select job_id from jobs`).map((row) => row.job_id as string);

test.each(['QUEUED', 'FAILED', 'CANCELLED', 'SUCCEEDED', 'RUNNING'])(
  'the files of a job that is %s are deleted with its stream, and no others',
  async (state) => {
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    const [own, others] = [await importUpload('own'), await importUpload('others')];
    await setJob(own, state, streamId);
    await setJob(others, 'FAILED', null);
    for (const jobId of [own, others])
      await mkdir(join(spoolRoot, `${jobId}.3`, 'runs'), { recursive: true });
    await deleteStream(db.sql, streamId, files);
    expect(await readdir(uploads)).toEqual(['others']);
    expect(await readdir(spoolRoot)).toEqual([`${others}.3`]);
    expect(await jobIds()).toEqual([others]);
  },
);

test('an upload whose account nobody named is removed when its job is cancelled', async () => {
  const [nameless, named] = [await importUpload('nameless'), await importUpload('named', 'ada')];
  await jobs.cancel(nameless);
  await jobs.cancel(named);
  expect(await readdir(uploads)).toEqual(['named']);
  await jobs.retry(nameless);
  await work();
  const { state, errorMessage } = await untilJob(db, nameless, isOver);
  expect(state).toBe('FAILED');
  expect(errorMessage).toBe('The upload does not exist any more: upload it again.');
});

test('an import that has written nothing yet is deleted with the stream of its account', async () => {
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const named = {
    byId: await importUpload('by-id'),
    byHandle: await importUpload('by-handle', `@${account.handle.toUpperCase()}`),
  };
  const kept = { another: await importUpload('another'), unknown: await importUpload('unknown', 'somebody') };
  const note = (jobId: string, platformId: string, handle: string) =>
    db.sql`update jobs set payload = payload || ${db.sql.json({ account: { platformId, handle } })} where job_id = ${jobId}`;
  await note(named.byId, owner.id, 'called_otherwise_then');
  // Another account may get the handle.
  await note(kept.another, '987654321', account.handle);
  await deleteStream(db.sql, streamId, files);
  expect((await readdir(uploads)).sort()).toEqual(['another', 'unknown']);
  expect((await jobIds()).sort()).toEqual(Object.values(kept).sort());
});

onOneNode('an import that is under way stops when its stream is deleted, and leaves nothing', async () => {
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  // Stops the import in the middle of its first page, which the deletion then waits for.
  const holder = postgres(db.url, { max: 1 });
  await holder`select pg_advisory_lock(1)`;
  await db.sql.unsafe(`
    create function hold() returns trigger language plpgsql as $$ begin
      perform pg_advisory_xact_lock_shared(1); return null;
    end $$;
    create trigger hold before insert on posts for each statement execute function hold()`);
  const jobId = await importUpload('under-way');
  const close = await work();
  await untilJob(db, jobId, (job) => job.message.startsWith('Importing'));
  expect(await readdir(spoolRoot)).toContain(`${jobId}.1`);
  const deleting = deleteStream(db.sql, streamId, files);
  await holder.end();
  await deleting;
  expect(await readdir(uploads)).not.toContain('under-way');
  await expect.poll(() => readdir(spoolRoot)).not.toContain(`${jobId}.1`);
  await close();
  expect(await db.sql`select from streams`).toEqual([]);
  expect(await jobIds()).toEqual([]);
  await db.sql`drop function hold cascade`;
});

test('a missing stream is NOT_FOUND', async () => {
  await expect(deleteStream(db.sql, 4_242, files)).rejects.toThrow(NotFoundError);
});

test('files of a deleted job that a killed worker left are removed when a worker starts', async () => {
  const left = join(spoolRoot, '00000000-0000-4000-8000-000000000000.1');
  await mkdir(left, { recursive: true });
  await work();
  expect(await readdir(spoolRoot)).not.toContain('00000000-0000-4000-8000-000000000000.1');
});

const countRows = async () => {
  const [row] = await db.sql`
    select (select count(*) from streams)::int as streams, (select count(*) from accounts)::int as accounts`;
  return row;
};

const nothing = async () => {};

test.each<[string, number, () => Promise<() => Promise<void>>, string]>([
  ['has no posts', 0, async () => nothing, 'SUCCEEDED'],
  [
    'cannot be written',
    3,
    () => refuseInserts(db.sql, 'posts', { message: 'no room', code: 'disk_full' }),
    'FAILED',
  ],
])('an archive that %s creates no stream, and an existing one stays', async (_, count, prepare, state) => {
  const path = join(folder, `none-${count}.zip`);
  await writeArchive(
    path,
    owner,
    Array.from({ length: count }, (_, at) => tweet({ at: Date.UTC(2024, 0, 1) + at * 1_000, text: 'x' })),
  );
  let restore = await prepare();
  const close = await work();
  const tryIt = async () =>
    untilJob(db, await jobs.importArchive({ path, handle: null, uploaded: false }), isOver);
  expect(await tryIt()).toMatchObject({ state });
  expect(await countRows()).toEqual({ streams: 0, accounts: 0 });
  await restore();
  await savePosts(db, account, [aPost(account)]);
  restore = await prepare();
  expect(await tryIt()).toMatchObject({ state });
  expect(await countRows()).toEqual({ streams: 1, accounts: 1 });
  await restore();
  await close();
});
