import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { listLostJobs } from '../../../src/jobs/lost.ts';
import { openQueue } from '../../../src/jobs/queue.ts';
import { createJobService } from '../../../src/jobs/service.ts';
import { endEarlier, nameTransactions } from '../../../src/jobs/sessions.ts';
import { sweepSpool } from '../../../src/jobs/spool.ts';
import {
  countPage,
  finishJob,
  mustWait,
  JobStoppedError,
  putBack,
  startJob,
} from '../../../src/jobs/lease.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { sweepUploads } from '../../../src/jobs/uploads/lifetime.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { must } from '../../../src/shared/errors.ts';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import { afterwards, waitingTest } from '../../support/afterwards.ts';
import { openDetour } from '../../support/detour.ts';
import { holdAfter } from '../../support/hold.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';
import { tweet, writeArchive, writeZip } from '../../support/x-archive.ts';
import { workerProgram } from '../../support/program.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const archive = join(folder, 'archive.zip');
const owner = { id: '4242', handle: 'lark', displayName: 'Lark', joinedAt: new Date(0) };

type Claim = { readonly jobId: string; readonly lease: number };

let stopWorker: (() => Promise<void>) | null = null;

async function work(): Promise<void> {
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot: join(folder, 'spool'),
    fetching: noProviders(db, queue),
    log: quiet,
  });
  stopWorker = () => worker.close();
}

beforeAll(async () => {
  await writeArchive(archive, owner, tweets(300));
});
afterEach(async () => {
  await stopWorker?.();
  stopWorker = null;
  await db.sql`truncate streams, accounts, authors, posts, raw_payloads, metric_history, post_versions, known_posts, vacant_posts, post_terms, activity,
    observed_activity, tally_months, tally_totals, jobs, follower_snapshots, stream_providers restart identity`;
});

function* tweets(count: number): Generator<object> {
  for (let at = 0; at < count; at++) {
    yield tweet({ at: Date.UTC(2020, 0, 1) + at * 3_600_000, text: `tweet number ${at} #lark` });
  }
}

const importing = (path: string, uploaded = false) => jobs.importArchive({ path, handle: null, uploaded });

async function countAll() {
  const [row] =
    await db.sql`select (select count(*)::int from posts) as posts, (select max(version)::int from streams) as version`;
  return row;
}

describe('an import job', () => {
  test('ends with all posts in and its stream fresh', async () => {
    const jobId = await importing(archive);
    await work();
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({
      state: 'SUCCEEDED',
      fetched: 300,
      inserted: 300,
      updated: 0,
      total: 300,
      attempts: 1,
    });
    const [stream] = await db.sql`select stream_id, fetched_at from streams`;
    expect(stream?.fetched_at).not.toBeNull();
    expect(await verifyStream(db.sql, stream?.stream_id)).toEqual([]);
  });

  test('changes nothing but when it ended when the same archive comes again', async () => {
    await work();
    await untilJob(db, await importing(archive), isOver);
    const { posts, version } = (await countAll()) as { posts: number; version: number };
    const job = await untilJob(db, await importing(archive), isOver);
    expect(job).toMatchObject({ state: 'SUCCEEDED', fetched: 300, inserted: 0, updated: 0 });
    // The end of the import must show in freshness.fetchedAt.
    expect(await countAll()).toEqual({ posts, version: version + 1 });
  });

  test('removes an uploaded file once it is in, and no other', async () => {
    const upload = join(folder, 'upload.zip');
    await copyFile(archive, upload);
    await work();
    await untilJob(db, await importing(upload, true), isOver);
    await untilJob(db, await importing(archive), isOver);
    await expect.poll(() => stat(upload).catch(() => null)).toBeNull();
    await expect(stat(archive)).resolves.toBeDefined();
  });

  test('whose end could not be noted still has its upload to try again with', async () => {
    await db.sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'the store is away'; end $$`;
    await db.sql`
      create trigger refuse before update on jobs for each row when (new.state = 'SUCCEEDED') execute function refuse()`;
    const upload = join(folder, 'upload.zip');
    await copyFile(archive, upload);
    const jobId = await importing(upload, true);
    await work();
    await untilJob(db, jobId, (job) => job.attempts === 2);
    await db.sql`drop function refuse cascade`;
    expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 300 });
    await expect.poll(() => stat(upload).catch(() => null)).toBeNull();
  });

  test('cancelled just before its end keeps its upload to try again with', async () => {
    await db.sql`
      create function skip() returns trigger language plpgsql as $$ begin new.state := 'CANCELLED'; return new; end $$`;
    await db.sql`
      create trigger skip before update on jobs for each row
      when (new.fetched = 300 and old.state = 'RUNNING' and old.fetched < 300) execute function skip()`;
    const upload = join(folder, 'upload.zip');
    await copyFile(archive, upload);
    const jobId = await importing(upload, true);
    await work();
    await untilJob(db, jobId, isOver);
    await db.sql`drop function skip cascade`;
    await jobs.retry(jobId);
    expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 300 });
  });

  test('of what is no archive fails with its code and writes nothing', async () => {
    const path = join(folder, 'letter.zip');
    await writeFile(path, 'Dear larkstat, this is not a zip.');
    await work();
    const job = await untilJob(db, await importing(path), isOver);
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BAD_INPUT', attempts: 1 });
    expect(job.errorMessage).toMatch(/\S/);
    expect(await countAll()).toEqual({ posts: 0, version: null });
  });

  test('of an upload calls it as its sender did, and shows no path of this machine', async () => {
    const path = join(folder, 'upload-by-id');
    await writeFile(path, 'Dear larkstat, this is not a zip.');
    const jobId = await jobs.importArchive({ path, handle: null, uploaded: true, name: 'letter.zip' });
    await work();
    const first = await untilJob(db, jobId, isOver);
    expect(first.errorMessage).toMatch(/^letter\.zip is neither a zip nor/);
    await jobs.retry(jobId);
    const second = await untilJob(db, jobId, (job) => isOver(job) && job.attempts === 2);
    expect(second.errorMessage).toBe('letter.zip does not exist any more: upload it again.');
  });

  test('of a file that another machine has says which', async () => {
    const jobId = await importing(join(folder, 'none.zip'));
    await db.sql`update jobs set payload = payload || '{"host":"elsewhere"}' where job_id = ${jobId}`;
    await work();
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BAD_INPUT' });
    expect(job.errorMessage).toContain(`it was given on elsewhere`);
  });

  test('whose error quotes what Postgres cannot hold fails all the same', async () => {
    const path = join(folder, 'odd.zip');
    await writeZip(path, [{ path: 'data/tweets.js', content: 'a\0b[]' }]);
    await work();
    const jobId = await jobs.importArchive({ path, handle: 'lark', uploaded: false });
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'BAD_INPUT', attempts: 1 });
    expect(job.errorMessage).toContain('it begins with "ab"');
    const state = async () => {
      const [row] = await db.sql`select state, failed_reason from bullmq.job where id = ${jobId}`;
      return row;
    };
    await expect.poll(state).toMatchObject({ state: 'failed', failed_reason: 'failed: its row says why' });
  });

  test('leaves no upload behind that cannot be read, nor one that nobody needs or can try again', async () => {
    const uploads = join(folder, 'uploads');
    await mkdir(uploads, { recursive: true });
    const [broken, stray, waiting] = ['broken', 'stray', 'waiting'].map((name) => join(uploads, name));
    for (const path of [broken, stray, waiting] as string[]) await writeFile(path, 'no archive');
    await work();
    await untilJob(db, await importing(broken as string, true), isOver);
    await stopWorker?.();
    stopWorker = null;
    const named = { path: waiting as string, handle: 'ada', uploaded: true };
    await jobs.cancel(await jobs.importArchive(named));
    await mkdir(join(uploads, 'folder'), { recursive: true });
    await sweepUploads(db.sql, openFolder(uploads), Date.now());
    expect((await readdir(uploads)).sort()).toEqual(['folder', 'stray', 'waiting']);
    // The cancelled job can be retried.
    await sweepUploads(db.sql, openFolder(uploads), Date.now() + 100 * 3_600_000);
    expect((await readdir(uploads)).sort()).toEqual(['folder', 'waiting']);
    await db.sql`delete from jobs`;
    await sweepUploads(db.sql, openFolder(uploads), Date.now() + 100 * 3_600_000);
    expect(await readdir(uploads)).toEqual(['folder']);
  });

  test('cancelled while waiting is never begun, and can be tried again', async () => {
    const jobId = await importing(archive);
    await jobs.cancel(jobId);
    await work();
    await untilJob(db, await importing(archive), isOver);
    expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'CANCELLED', attempts: 0 });
    await jobs.retry(jobId);
    expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 0, attempts: 1 });
  });

  test('cancelled under way keeps what was written and writes no more', async () => {
    const jobId = await jobs.seed({
      users: 60,
      posts: 3_000,
      hashtags: 20,
      seed: 1,
      endingAt: Date.UTC(2026, 0, 1),
      demo: false,
    });
    const release = await holdAfter(db.url, 4);
    await work();
    await untilJob(db, jobId, (job) => job.pages === 4);
    const written = await db.sql`select count(*)::int as posts from posts`;
    await jobs.cancel(jobId);
    await release();
    await expect.poll(async () => (await queue.counts()).active).toBe(0);
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({ state: 'CANCELLED', pages: 4, inserted: written[0]?.posts });
    expect(await db.sql`select count(*)::int as posts from posts`).toEqual(written);
    await jobs.retry(jobId);
    expect(await untilJob(db, jobId, isOver)).toMatchObject({
      state: 'SUCCEEDED',
      fetched: 3_000,
      inserted: 3_000,
    });
  });

  test('refuses to cancel what is over and to retry what is not', async () => {
    const jobId = await importing(archive);
    await expect(jobs.retry(jobId)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await work();
    await untilJob(db, jobId, isOver);
    await expect(jobs.cancel(jobId)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(jobs.retry('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

test('a job is accepted while the queue is out of reach, and begun all the same', async () => {
  const detour = await openDetour(db.url);
  const away = openQueue(detour.url, quiet);
  await detour.close();
  const jobId = await createJobService(db, away).importArchive({
    path: archive,
    handle: null,
    uploaded: false,
  });
  expect((await queue.counts()).waiting).toBe(0);
  await work();
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 300, attempts: 1 });
  await away.close();
});

test('only jobs that the queue lacks, has as ended, or too far back are handed to it again', async () => {
  const place = { kind: 'IMPORT', priority: 1 } as const;
  await work();
  const ended = await importing(archive);
  await untilJob(db, ended, isOver);
  await stopWorker?.();
  stopWorker = null;
  const payload = { source: 'archive', path: archive, handle: null, uploaded: false } as const;
  const [known, lacking, back] = [
    await createJob(db.sql, 'X_ARCHIVE', payload),
    await createJob(db.sql, 'X_ARCHIVE', payload),
    await createJob(db.sql, 'X_ARCHIVE', payload),
  ];
  await queue.add(known, place);
  await queue.add(back, { ...place, priority: 10 });
  await db.sql`update jobs set priority = 1, state = 'QUEUED'`;
  // Times have milliseconds, and two jobs may have been created in the same one.
  for (const [at, jobId] of [ended, lacking, back].entries())
    await db.sql`update jobs set created_at = created_at + ${at} * interval '1 second' where job_id = ${jobId}`;
  const lost = await listLostJobs(db.sql);
  expect(lost).toEqual([ended, lacking, back].map((jobId) => ({ jobId, ...place })));
  for (const { jobId, ...where } of lost) await queue.ensure(jobId, where);
  expect(await listLostJobs(db.sql)).toEqual([]);
});

describe('a job that is taken up', () => {
  const takeUp = async (jobId: string) => must(await startJob(db.sql, jobId), 'it is not over');
  const page = { streamId: 1, cursor: '1', message: '', fetched: 0, inserted: 0, updated: 0, total: 1 };

  test('again and again by workers that die fails, and goes on when it is tried again', async () => {
    const jobId = await importing(archive);
    for (let time = 0; time < 30; time++) await takeUp(jobId);
    await work();
    const failed = await untilJob(db, jobId, isOver);
    expect(failed).toMatchObject({ state: 'FAILED', errorCode: 'INTERNAL' });
    expect(failed.errorMessage).toContain('its worker ended in the middle');
    await jobs.retry(jobId);
    expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 300 });
  });

  test('by workers that stop in order never runs out of tries', async () => {
    const jobId = await importing(archive);
    for (let time = 0; time < 30; time++) await putBack(db.sql, await takeUp(jobId));
    await work();
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({ state: 'SUCCEEDED', attempts: 1, events: [] });
  });

  test('has as many tries as ever once it got further', async () => {
    const jobId = await importing(archive);
    for (let time = 0; time < 30; time++) {
      const job = await takeUp(jobId);
      await db.sql.begin((tx) => countPage(tx, { ...page, job, postsPerSecond: 1, recentPostsPerSecond: 1 }));
      expect((await takeUp(jobId)).failures).toBe(1);
    }
    await db.sql`update jobs set cursor = null where job_id = ${jobId}`;
    await work();
    expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 300 });
  });

  test('while another that also failed before is under way waits, until that one gets further', async () => {
    const [first, second] = [await importing(archive), await importing(archive)];
    for (let time = 0; time < 2; time++) for (const jobId of [first, second]) await takeUp(jobId);
    expect(await mustWait(db.sql, await takeUp(second))).toBe(false);
    const job = await takeUp(first);
    expect(await mustWait(db.sql, job)).toBe(true);
    const other = await takeUp(second);
    await db.sql.begin((tx) =>
      countPage(tx, { ...page, job: other, postsPerSecond: 1, recentPostsPerSecond: 1 }),
    );
    expect(await mustWait(db.sql, job)).toBe(false);
  });

  test.each([
    ['put it back', (job: Claim) => putBack(db.sql, job)],
    ['was taken for dead', async () => {}],
  ])('cannot be written by one that %s', async (_, leave) => {
    const jobId = await importing(archive);
    const earlier = await takeUp(jobId);
    await leave(earlier);
    const later = await takeUp(jobId);
    const write = (job: Claim) =>
      db.sql.begin((tx) => countPage(tx, { ...page, job, postsPerSecond: 1, recentPostsPerSecond: 1 }));
    await expect(write(earlier)).rejects.toThrow(JobStoppedError);
    await write(later);
  });
});

test("a session that an earlier worker's transaction froze in, in the middle of a COPY, lets go of its stream", async () => {
  const jobId = await importing(archive);
  const earlier = must(await startJob(db.sql, jobId), 'it waits');
  const [stream] = await db.sql`
    insert into streams (kind, platform, identity, title) values ('TOPIC', 'X', 'lark', 'lark') returning stream_id`;
  const frozen = openAgain(db.url);
  const { sql } = nameTransactions(frozen, earlier);
  const copying = sql.begin(async (tx) => {
    await tx`select 1 from streams where stream_id = ${stream?.stream_id} for no key update`;
    (await tx`copy streams (title) from stdin`.writable()).on('error', () => {});
    await new Promise(() => {});
  });
  copying.catch(() => {});
  const waits = () => db.sql`
    select 1 from pg_stat_activity where application_name like ${`%${jobId}%`} and wait_event = 'ClientRead'
      and query like 'copy%'`;
  await expect.poll(waits).toHaveLength(1);
  await endEarlier(db.sql, earlier);
  await expect(copying).rejects.toThrow();
  await db.sql`update streams set title = 'free' where stream_id = ${stream?.stream_id}`;
  await frozen.close();
});

test('a spool folder stays while its attempt runs, and goes once its job is over', async () => {
  const [running, over, gone] = [await importing(archive), await importing(archive), randomUUID()];
  await startJob(db.sql, running);
  await startJob(db.sql, running);
  const ended = must(await startJob(db.sql, over), 'it waits');
  await finishJob(db.sql, ended, 'Done');
  const names = [`${running}.1`, `${running}.2`, `${over}.1`, `${gone}.1`, 'something-else'];
  const root = await mkdtemp(join(folder, 'spools-'));
  for (const name of names) await mkdir(join(root, name));
  await sweepSpool(db.sql, root, Date.now());
  expect((await readdir(root)).sort()).toEqual([`${running}.2`, `${over}.1`, 'something-else'].sort());
  // A worker may take a moment to notice that its job was cancelled.
  await sweepSpool(db.sql, root, Date.now() + 120_000);
  expect((await readdir(root)).sort()).toEqual([`${running}.2`, 'something-else'].sort());
});

describe('a worker', () => {
  /** A page for each of its users. */
  const posts = 4_000;

  /** A store, and processes that run its jobs. */
  async function openWork() {
    const db = await openStore();
    const { jobs, folder } = await openJobs(db);
    async function forkWorker(): Promise<ChildProcess> {
      const child = fork(workerProgram, {
        env: { ...process.env, DATABASE_URL: db.url, LARKSTAT_DATA: folder, LOG_LEVEL: 'silent' },
        execArgv: [],
      });
      afterwards(() => child.kill('SIGKILL'));
      await once(child, 'message');
      return child;
    }
    const seeding = () =>
      jobs.seed({
        users: 40,
        posts,
        hashtags: 50,
        seed: 7,
        endingAt: Date.UTC(2026, 0, 1),
        demo: false,
      });
    const streamIds = async () =>
      (await db.sql<{ id: number }[]>`select stream_id as id from streams`).map(({ id }) => id);
    return { db, jobs, forkWorker, seeding, streamIds };
  }

  waitingTest(
    'killed in the middle is replaced within 30 s, and no post is lost or doubled',
    async ({ expect }) => {
      const { db, forkWorker, seeding, streamIds } = await openWork();
      const jobId = await seeding();
      const release = await holdAfter(db.url, 3);
      const first = await forkWorker();
      await untilJob(db, jobId, (job) => job.pages === 3);
      await forkWorker();
      first.kill('SIGKILL');
      const killedAt = Date.now();
      await release();
      await untilJob(db, jobId, (job) => job.attempts === 2);
      expect(Date.now() - killedAt).toBeLessThan(30_000);
      const job = await untilJob(db, jobId, isOver);
      expect(job).toMatchObject({ state: 'SUCCEEDED', fetched: posts, inserted: posts, attempts: 2 });
      expect(await db.sql`select count(*)::int as posts from posts`).toEqual([{ posts }]);
      for (const id of await streamIds()) expect(await verifyStream(db.sql, id)).toEqual([]);
    },
  );

  waitingTest(
    'frozen while it holds its stream is replaced within 30 s, and does no harm when it goes on',
    async ({ expect }) => {
      const { db, jobs, forkWorker, seeding, streamIds } = await openWork();
      const jobId = await seeding();
      const release = await holdAfter(db.url, 3);
      const frozen = await forkWorker();
      await untilJob(db, jobId, (job) => job.pages === 3);
      const other = await forkWorker();
      frozen.kill('SIGSTOP');
      const frozenAt = Date.now();
      // Its statement gets the lock now, and its transaction stays open, because the process is frozen.
      await release();
      await untilJob(db, jobId, (job) => job.pages > 3);
      expect(Date.now() - frozenAt).toBeLessThan(30_000);
      frozen.kill('SIGCONT');
      const job = await untilJob(db, jobId, isOver);
      expect(job).toMatchObject({ state: 'SUCCEEDED', fetched: posts, inserted: posts });
      for (const id of await streamIds()) expect(await verifyStream(db.sql, id)).toEqual([]);
      // It is alive, and can be used again.
      other.kill('SIGKILL');
      const next = await jobs.importArchive({ path: archive, handle: null, uploaded: false });
      expect(await untilJob(db, next, isOver)).toMatchObject({ state: 'SUCCEEDED' });
      expect([frozen.exitCode, frozen.signalCode]).toEqual([null, null]);
    },
  );

  waitingTest('that is told to stop leaves its job to the next', async ({ expect }) => {
    const { db, forkWorker, seeding } = await openWork();
    const jobId = await seeding();
    const release = await holdAfter(db.url, 2);
    const first = await forkWorker();
    await untilJob(db, jobId, (job) => job.pages === 2);
    const gone = new Promise((done) => first.once('exit', done));
    first.kill('SIGTERM');
    await release();
    expect(await gone).toBe(0);
    expect(await untilJob(db, jobId, (job) => job.state === 'QUEUED')).toMatchObject({ attempts: 0 });
    await forkWorker();
    const job = await untilJob(db, jobId, isOver);
    expect(job).toMatchObject({ state: 'SUCCEEDED', inserted: posts, attempts: 1 });
  });
});
