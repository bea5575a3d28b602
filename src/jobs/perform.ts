import { UnrecoverableError } from 'bullmq';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { tidyAfter } from '../ingest/tidy.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { BadInputError, DomainError } from '../shared/errors.ts';
import type { Chain } from './fetch/chain.ts';
import { JobPausedError } from './pause.ts';
import { runJob } from './run.ts';
import { failJob, finishJob, JobStoppedError, pauseJob, requeueJob, startJob } from './store.ts';
import { removeUpload } from './uploads.ts';

/** More restarts of one job than any week of bad luck brings. */
const maxAttempts = 20;

/** The worker shuts down: the job is for another one. */
export class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
}

export type PerformOptions = {
  readonly db: Database;
  readonly spoolRoot: string;
  readonly chain: Chain;
  readonly log: Logger;
  /** Aborted when the worker shuts down. */
  readonly shutdown: AbortSignal;
};

/**
 * Does a job, and notes how it ended. Throws ShutdownError or JobPausedError where it is to be gone on with later, an
 * UnrecoverableError where it failed for good, and anything else where trying it again may help.
 */
export async function performJob(
  { db, spoolRoot, chain, log, shutdown }: PerformOptions,
  jobId: string,
  lastAttempt: boolean,
): Promise<void> {
  const job = await startJob(db.sql, jobId);
  if (job === null) return;
  if (job.attempt > maxAttempts) {
    const message = `The job took its worker down ${maxAttempts} times: it may need more memory than there is`;
    await failJob(db.sql, job, { code: 'INTERNAL', message, retryAt: null });
    return;
  }
  try {
    const message = await runJob({ db, job, spoolRoot, chain, shutdown });
    const inserted = await finishJob(db.sql, job, message);
    if (inserted === null) return;
    await removeUpload(job).catch((err) => log.warn({ err, jobId }, 'an upload could not be removed'));
    await tidyAfter(db.sql, inserted).catch((err) => log.warn({ err }, 'the store could not be tidied'));
  } catch (thrown) {
    const error = databaseFull(thrown) ?? thrown;
    if (error instanceof JobStoppedError) return;
    if (shutdown.aborted) {
      await requeueJob(db.sql, job);
      throw new ShutdownError('the worker is shutting down');
    }
    if (error instanceof JobPausedError) {
      await pauseJob(db.sql, job, error.message, error.waitingUntil);
      throw error;
    }
    if (error instanceof DomainError) {
      const failed = await failJob(db.sql, job, error);
      // Trying again cannot help: nobody but us has the file.
      if (failed && error instanceof BadInputError) await removeUpload(job);
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
