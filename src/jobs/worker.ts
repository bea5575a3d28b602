import { DelayedError, UnrecoverableError } from 'bullmq';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { tidyAfter } from '../ingest/tidy.ts';
import { DomainError } from '../shared/errors.ts';
import { type QueuedJob, queuedJob, queueName } from './payloads.ts';
import { bull, connection, type JobQueue, lockMs, stalledCheckMs } from './queue.ts';
import { runJob } from './run.ts';
import { failJob, finishJob, JobStoppedError, listOpenJobs, requeueJob, startJob } from './store.ts';

const sweepEveryMs = 5_000;
/** More restarts of one job than any week of bad luck brings. */
const maxAttempts = 20;

export type WorkerOptions = {
  readonly db: Database;
  readonly url: string;
  readonly queue: JobQueue;
  readonly spoolRoot: string;
  readonly log: Logger;
};

export type JobWorker = {
  /** Stops at the next page and leaves the job to others. */
  close(): Promise<void>;
};

class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
}

/** Takes jobs from the queue, one at a time, until it is closed. */
export async function startWorker({ db, url, queue, spoolRoot, log }: WorkerOptions): Promise<JobWorker> {
  const shutdown = new AbortController();

  async function perform(jobId: string, lastAttempt: boolean): Promise<void> {
    const job = await startJob(db.sql, jobId);
    if (job === null) return;
    if (job.attempt > maxAttempts) {
      const message = `The job took its worker down ${maxAttempts} times: it may need more memory than there is`;
      await failJob(db.sql, job, { code: 'INTERNAL', message, retryAt: null });
      return;
    }
    try {
      const message = await runJob({ db, job, spoolRoot, shutdown: shutdown.signal });
      const inserted = await finishJob(db.sql, job, message);
      await tidyAfter(db.sql, inserted).catch((err) => log.warn({ err }, 'the store could not be tidied'));
    } catch (error) {
      if (error instanceof JobStoppedError) return;
      if (shutdown.signal.aborted) {
        await requeueJob(db.sql, job);
        throw new ShutdownError('the worker is shutting down');
      }
      if (error instanceof DomainError) {
        await failJob(db.sql, job, error);
        throw new UnrecoverableError(error.message);
      }
      log.error({ err: error, jobId }, 'a job failed unexpectedly');
      if (lastAttempt) {
        const message = `Unexpected error. The log has more under the job id ${jobId}`;
        await failJob(db.sql, job, { code: 'INTERNAL', message, retryAt: null });
      }
      throw error;
    }
  }

  const worker = new bull.Worker<QueuedJob>(
    queueName,
    async (queued, token) => {
      const { jobId } = queuedJob.parse(queued.data);
      try {
        await perform(jobId, queued.attemptsMade + 1 >= (queued.opts.attempts ?? 1));
      } catch (error) {
        if (!(error instanceof ShutdownError)) throw error;
        await queued.moveToDelayed(Date.now() + 100, token);
        throw new DelayedError();
      }
    },
    {
      connection: connection(url),
      // Named, so that the queue can tell how many there are.
      name: `worker-${process.pid}`,
      concurrency: 1,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      // A machine may crash more than once during one long import: each time it is taken up again.
      maxStalledCount: 100,
    },
  );
  worker.on('error', (err) => log.warn({ err }, 'the job worker lost its connection'));
  await requeueLost(db, queue);
  const sweep = setInterval(() => {
    requeueLost(db, queue).catch((err) => log.warn({ err }, 'jobs could not be looked through'));
  }, sweepEveryMs);
  return {
    async close() {
      clearInterval(sweep);
      shutdown.abort(new ShutdownError('the worker is shutting down'));
      await worker.close();
    },
  };
}

/**
 * Makes sure that the queue has every job that is not over: a process may die between writing a job's row and
 * handing it over, or a job may be tried again while the worker that it was taken from is still ending it.
 */
async function requeueLost(db: Database, queue: JobQueue): Promise<void> {
  for (const { jobId, ...place } of await listOpenJobs(db.sql)) await queue.add(jobId, place);
}
