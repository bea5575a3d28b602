import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/client.ts';
import { findJob, type JobRow } from '../../src/entities/job/query.ts';
import { openChain } from '../../src/fetch/chain.ts';
import { openFetching } from '../../src/fetch/fetching.ts';
import { openSpending } from '../../src/fetch/spending.ts';
import type { Fetching } from '../../src/jobs/fetching.ts';
import { type JobQueue, migrateQueue, openQueue } from '../../src/jobs/queue.ts';
import { createJobService, type JobService } from '../../src/jobs/service.ts';
import { must } from '../../src/shared/errors.ts';
import { patienceMs } from './patience.ts';
import { afterwards } from './afterwards.ts';

export const quiet = pino({ level: 'silent' });

/** The fetching part of a worker that fetches nothing. */
export function noProviders({ sql }: Database, queue: JobQueue): Fetching {
  const spending = openSpending(sql, loadConfig({}).providers);
  return openFetching({ sql, queue, chain: openChain({ providers: [], spending, log: quiet }) });
}

/** A queue in the test's own database, and a folder for its workers; both removed after the file. */
export async function openJobs(
  db: Database & { readonly url: string },
): Promise<{ jobs: JobService; queue: JobQueue; folder: string }> {
  await migrateQueue(db.url);
  const queue = openQueue(db.url, quiet);
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-jobs-'));
  afterwards(async () => {
    await queue.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { jobs: createJobService(db, queue), queue, folder };
}

/** Waits until a job matches; fails when it never does. */
export async function untilJob(
  db: Database,
  jobId: string,
  is: (job: JobRow) => boolean,
  forMs = patienceMs,
): Promise<JobRow> {
  for (const end = Date.now() + forMs; ; await sleep(50)) {
    const job = must(await findJob(db, jobId), 'the test made the job');
    if (is(job)) return job;
    if (Date.now() > end) throw new Error(`the job is still ${job.state}: ${job.message}`);
  }
}

export const isOver = (job: JobRow): boolean => job.state !== 'QUEUED' && job.state !== 'RUNNING';
