import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { whenBack } from '../db/away.ts';
import { findJob, isOver, type JobRow } from '../entities/job/query.ts';
import { remainingSeconds } from '../entities/job/remaining.ts';
import { findStreams } from '../entities/stream/query.ts';
import { createFetchService, type FetchService } from '../fetch/service.ts';
import { openQueue } from '../jobs/queue.ts';
import { createJobService, type JobService } from '../jobs/service.ts';
import { openUploads } from '../jobs/uploads/open-uploads.ts';
import { createLogger } from '../platform/logger.ts';
import { configuredProviders } from '../providers/configured.ts';
import { BadInputError, DomainError, must } from '../shared/errors.ts';
import type { OpenStore } from '../store.ts';
import { startWorkerProcess } from '../worker-process.ts';
import {
  count,
  countOf,
  durationOf,
  type Environment,
  eventLines,
  jobGlobalId,
  type Output,
  print,
  shortJobId,
} from './output.ts';
import { withProgress } from './progress.ts';
import { stopped } from './stopped.ts';
import { withNewStore, withStore } from './with-store.ts';

/** The services that create jobs. */
export type JobServices = { readonly jobs: JobService; readonly fetches: FetchService };

/** Runs a command with the services for jobs. `open` decides whether a missing store is created. */
export async function withJobs(
  environment: Environment,
  work: (services: JobServices, store: OpenStore, log: Logger) => Promise<void>,
  open: typeof withStore<void> = withStore,
): Promise<void> {
  await open(environment, async (store, config) => {
    const log = createLogger(config.logLevel === 'info' ? 'error' : config.logLevel, 'cli');
    const queue = openQueue(store.url, log, store.redisQueue);
    try {
      const providers = configuredProviders(config.providers);
      const { refreshAfterMs } = config;
      const uploads = openUploads(config.uploads, log);
      const jobs = createJobService(store.db, queue, uploads);
      const fetches = createFetchService(store.db, queue, { providers, refreshAfterMs, log });
      await work({ jobs, fetches }, store, log);
    } finally {
      await queue.close();
    }
  });
}

/** Enqueues a job, follows it to its end and prints its result. The command fails when the job fails. */
export async function followJob(
  environment: Environment,
  output: Output,
  enqueue: (services: JobServices, store: OpenStore) => Promise<string>,
  open: typeof withStore<void> = withNewStore,
): Promise<void> {
  const follow = async (services: JobServices, store: OpenStore, log: Logger) => {
    const jobId = await enqueue(services, store);
    // A server may not be running, so start a worker. The first free worker takes the job.
    const worker = startWorkerProcess(environment, store.url, log);
    try {
      const job = await untilOver(store, jobId, output);
      report(job, await filledStream(store, job), output);
    } catch (error) {
      if (stopped.aborted) printWaiting(jobId);
      throw error;
    } finally {
      await worker.close();
    }
  };
  await withJobs(environment, follow, open);
}

/** Explains that the job outlives this command. */
function printWaiting(jobId: string): void {
  process.stderr.write(
    `larkstat: the job goes on when a server or a command runs; larkstat cancel ${shortJobId(jobId)} ends it\n`,
  );
}

function untilOver(store: OpenStore, jobId: string, output: Output): Promise<JobRow> {
  return withProgress(output, '{value}/{total} posts | {rate} posts/s', async (report) => {
    for (;;) {
      const found = await whenBack(() => findJob(store.db, jobId), stopped);
      const job = must(found, 'only deleting its stream deletes a job');
      const seconds = remainingSeconds(job);
      const left = seconds === null ? '' : `, ${durationOf(seconds)} left`;
      report(job.fetched, job.total, { message: job.message, rate: count(job.postsPerSecond), left });
      if (isOver(job)) return job;
      await sleep(200, undefined, { signal: stopped });
    }
  });
}

/** The title of the job's stream; null without one, and for seeds, which fill many. */
async function filledStream({ db }: OpenStore, { streamId, provider }: JobRow): Promise<string | null> {
  if (streamId === null || provider === 'SYNTHETIC') return null;
  return (await findStreams(db, [streamId]))[0]?.title ?? null;
}

function report(job: JobRow, stream: string | null, output: Output): void {
  if (job.state === 'FAILED') {
    throw new DomainError(job.errorCode ?? 'INTERNAL', job.errorMessage ?? 'The job failed');
  }
  if (job.state === 'CANCELLED') throw new BadInputError('The job was cancelled');
  const { provider, message, fetched, inserted, updated, rejected, rejections, gone, postsPerSecond } = job;
  print(
    output,
    {
      id: jobGlobalId(job.jobId),
      jobId: job.jobId,
      stream,
      provider,
      message,
      fetched,
      inserted,
      updated,
      rejected,
      rejections: rejections ?? [],
      gone,
      events: job.events,
      postsPerSecond,
    },
    [
      `${stream === null ? '' : `${stream}: `}${countOf(fetched, 'post')} read: ${count(inserted)} new, ${count(updated)} changed, ${count(fetched - inserted - updated)} known (${count(postsPerSecond)} posts/s)`,
      // For example why the provider changed.
      ...(message === 'Done' || rejected > 0 ? [] : [message]),
      ...(rejected > 0 ? [`${countOf(rejected, 'record')} could not be read and were left out:`] : []),
      ...(rejections ?? []).slice(0, 10).map(({ where, reason }) => `  ${where}: ${reason}`),
      ...(rejected > 10 ? ['  … (--json names the first 100)'] : []),
      ...eventLines(job),
    ],
  );
}
