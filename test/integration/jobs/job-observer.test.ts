import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobObserver } from '../../../src/jobs/observer.ts';
import { performJob } from '../../../src/jobs/perform.ts';
import { cancelJob, createJob } from '../../../src/jobs/store.ts';
import { openStore } from '../../support/store.ts';
import { noProviders, openJobs, quiet } from '../../support/worker.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);

type Told = { readonly ended: Parameters<JobObserver['ended']>[0][]; inserted: number };

/** Runs a job; returns what the observer received. */
async function perform(jobId: string, onWrote: () => Promise<unknown> = async () => {}): Promise<Told> {
  const told: Told = { ended: [], inserted: 0 };
  const waits: Promise<unknown>[] = [];
  const observer: JobObserver = {
    ended: (job) => told.ended.push(job),
    wrote({ inserted }) {
      told.inserted += inserted;
      waits.push(onWrote());
    },
  };
  const shutdown = new AbortController().signal;
  const fetching = noProviders(db, queue);
  const spoolRoot = join(folder, 'spool');
  await performJob({ db, fetching, observer, spoolRoot, shutdown, log: quiet }, jobId);
  await Promise.all(waits);
  return told;
}
const seed = (posts: number, random: number) =>
  jobs.seed({ users: 1, posts, hashtags: 5, seed: random, endingAt: Date.UTC(2026, 0, 1), demo: false });
const seconds = expect.any(Number);

test('a job that is done is reported once, with what it wrote', async () => {
  const told = await perform(await seed(150, 1));
  expect(told).toEqual({ ended: [{ kind: 'IMPORT', outcome: 'succeeded', seconds }], inserted: 150 });
});

test('one that cannot be done has failed', async () => {
  const payload = {
    source: 'archive',
    path: join(folder, 'none.zip'),
    handle: null,
    uploaded: false,
  } as const;
  const told = await perform(await createJob(db.sql, 'X_ARCHIVE', payload));
  expect(told).toEqual({ ended: [{ kind: 'IMPORT', outcome: 'failed', seconds }], inserted: 0 });
});

test('one that is stopped on request is cancelled, and has not failed', async () => {
  const jobId = await seed(40_000, 2);
  const told = await perform(jobId, () => cancelJob(db.sql, jobId));
  expect(told.ended).toEqual([{ kind: 'IMPORT', outcome: 'cancelled', seconds }]);
});

test('one that is already over is not reported again', async () => {
  const jobId = await seed(10, 3);
  await perform(jobId);
  expect(await perform(jobId)).toEqual({ ended: [], inserted: 0 });
});
