import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bull } from '../../../src/jobs/queue.ts';
import { performJob, ShutdownError } from '../../../src/jobs/perform.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { openStore } from '../../support/store.ts';
import { noProviders, openJobs, quiet } from '../../support/worker.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const options = { db, url: db.url, queue, fetching: noProviders(db, queue), log: quiet };

test('a worker takes no job before its starter can stop it', async () => {
  const { Worker } = bull;
  onTestFinished(() => {
    bull.Worker = Worker;
  });
  let taking = 0;
  bull.Worker = new Proxy(Worker, {
    construct(target, args: ConstructorParameters<typeof Worker>) {
      taking++;
      return new target(...args);
    },
  });
  let takingAtLook: number | null = null;
  const sql = new Proxy(db.sql, {
    apply(target, self, args: Parameters<typeof db.sql>) {
      takingAtLook ??= taking;
      return Reflect.apply(target, self, args);
    },
  });
  const worker = await startWorker({ ...options, db: { ...db, sql }, spoolRoot: join(folder, 'spool') });
  await worker.close();
  expect(taking).toBe(3);
  expect(takingAtLook).toBe(0);
});

test('a worker that is told to stop while it takes a job returns the job', async () => {
  const endingAt = Date.UTC(2026, 0, 1);
  const jobId = await jobs.seed({ users: 1, posts: 20_000, hashtags: 5, seed: 1, endingAt, demo: false });
  const shutdown = AbortSignal.abort(new ShutdownError('the worker is shutting down'));
  const outcome = await performJob({ ...options, spoolRoot: join(folder, 'spool'), shutdown }, jobId);
  expect(outcome).toMatchObject({ resumesAt: expect.any(Number) });
  const rows = await db.sql`select state, fetched::int from jobs where job_id = ${jobId}`;
  expect(rows).toEqual([{ state: 'QUEUED', fetched: 0 }]);
});
