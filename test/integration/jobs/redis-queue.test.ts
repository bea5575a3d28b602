import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nameDeployment } from '../../../src/db/migrate.ts';
import { migrateQueue, openQueue } from '../../../src/jobs/queue.ts';
import { createJobService } from '../../../src/jobs/service.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { afterwards, waitingTest } from '../../support/afterwards.ts';
import { workerProgram } from '../../support/program.ts';
import { holdAfter } from '../../support/hold.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, quiet, untilJob } from '../../support/worker.ts';

/** Ends a process, also one that failed to start or hangs. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const seed = { users: 1, posts: 200, hashtags: 10, seed: 7, endingAt: Date.UTC(2026, 5, 1), demo: false };

/** A store whose queue is in its own Redis. */
async function openWork() {
  const db = await openStore();
  await migrateQueue(db.url);
  const redis = await startRedis();
  const place = { url: redis.url, prefix: await nameDeployment(db.url) };
  const queue = openQueue(db.url, quiet, place);
  const jobs = createJobService(db, queue);
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-redis-queue-'));
  afterwards(async () => {
    await queue.close();
    await rm(folder, { recursive: true, force: true });
  });
  /** Starts a worker, and returns a function that stops it. */
  const work = async (): Promise<() => Promise<void>> => {
    const worker = await startWorker({
      db,
      url: db.url,
      queue,
      redisQueue: place,
      spoolRoot: join(folder, 'spool'),
      fetching: noProviders(db, queue),
      log: quiet,
    });
    let stopped: Promise<void> | null = null;
    const stop = () => {
      stopped ??= worker.close();
      return stopped;
    };
    afterwards(stop);
    return stop;
  };
  const succeeded = async (jobId: string) =>
    expect((await untilJob(db, jobId, isOver)).state).toBe('SUCCEEDED');
  return { db, redis, place, queue, jobs, folder, work, succeeded };
}

describe.skipIf(!hasRedis)('a queue in Redis', async () => {
  if (!hasRedis) return;
  const { db, redis, queue, jobs, work, succeeded } = await openWork();

  test('passes jobs to workers, and the queue in Postgres has none of them', async () => {
    const jobId = await jobs.seed(seed);
    expect(await queue.counts()).toMatchObject({ waiting: 1, active: 0, workers: 0 });
    expect(await db.sql`select 1 from bullmq.job`).toEqual([]);
    await work();
    await expect.poll(async () => (await queue.counts()).workers).toBe(1);
    await succeeded(jobId);
    await expect.poll(async () => (await queue.counts()).completed).toBe(1);
  });

  test('that was flushed gets its jobs again, and a job that it never had', async () => {
    const [flushed, never] = [
      await jobs.seed(seed),
      await createJob(db.sql, 'SYNTHETIC', { source: 'synthetic', ...seed }),
    ];
    expect((await queue.listLost(db.sql)).map(({ jobId }) => jobId)).toEqual([never]);
    await redis.flushall();
    expect((await queue.listLost(db.sql)).map(({ jobId }) => jobId)).toEqual([flushed, never]);
    await work();
    await Promise.all([flushed, never].map(succeeded));
    expect(await queue.listLost(db.sql)).toEqual([]);
  });

  test('that is flushed while a worker waits at it gets its jobs by that worker', async () => {
    await work();
    await succeeded(await jobs.seed(seed));
    await redis.flushall();
    await succeeded(await jobs.seed(seed));
  });

  waitingTest(
    'that is unavailable or silent delays no caller, and its jobs run when it is back',
    async ({ expect }) => {
      const { redis, queue, jobs, work, succeeded } = await openWork();
      await work();
      redis.pause();
      const silent = await jobs.seed(seed);
      await expect(queue.counts()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      redis.resume();
      await succeeded(silent);
      await redis.kill();
      const away = await jobs.seed(seed);
      await jobs.cancel(away);
      await jobs.retry(away);
      await expect(queue.counts()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await redis.restart();
      await succeeded(away);
    },
  );

  waitingTest(
    'that is unavailable does not prevent a worker from stopping, and its job returns to the queue',
    async ({ expect }) => {
      const { db, redis, jobs, work, succeeded } = await openWork();
      const release = await holdAfter(db.url, 1);
      const stop = await work();
      const jobId = await jobs.seed({ ...seed, seed: 8, users: 4, posts: 2_000 });
      await untilJob(db, jobId, (job) => job.fetched > 0);
      await redis.kill();
      const stopping = stop();
      await release();
      await stopping;
      expect(await untilJob(db, jobId, () => true)).toMatchObject({ state: 'QUEUED' });
      await redis.restart();
      await work();
      await succeeded(jobId);
    },
  );

  waitingTest(
    'gives the job of a killed worker to another worker, which continues it',
    async ({ expect }) => {
      const { db, place, jobs, folder, succeeded } = await openWork();
      const begin = (): ChildProcess => {
        const env = {
          DATABASE_URL: db.url,
          QUEUE_URL: place.url,
          LARKSTAT_DATA: folder,
          LOG_LEVEL: 'silent',
        };
        const worker = fork(workerProgram, [], { env: { ...process.env, ...env }, execArgv: [] });
        afterwards(() => end(worker));
        return worker;
      };
      const posts = 4_000;
      const release = await holdAfter(db.url, 1);
      const first = begin();
      const jobId = await jobs.seed({ ...seed, seed: 9, users: 4, posts });
      await untilJob(db, jobId, (job) => job.fetched > 0);
      first.kill('SIGKILL');
      await once(first, 'exit');
      await release();
      const second = begin();
      await succeeded(jobId);
      const [row] = await db.sql`
      select inserted::int, fetched::int, attempts from jobs where job_id = ${jobId}`;
      expect(row).toEqual({ inserted: posts, fetched: posts, attempts: 2 });
      second.kill('SIGTERM');
      await once(second, 'exit');
    },
  );
});
