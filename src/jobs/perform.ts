import type { Logger } from 'pino';
import { isAway, isLockTimeout, whenBack } from '../db/away.ts';
import type { Database } from '../db/client.ts';
import { tidyAfter } from '../ingest/tidy.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { BadInputError, DomainError } from '../shared/errors.ts';
import { noTracer, type Tracer } from '../shared/tracer.ts';
import type { JobEvent } from './events.ts';
import type { Fetching } from './fetching.ts';
import { type JobObserver, noObserver } from './observer.ts';
import { JobPausedError } from './pause.ts';
import { runJob } from './run.ts';
import {
  countFailure,
  uncountCrash,
  failJob,
  finishJob,
  mustWait,
  JobStoppedError,
  putBack,
  type RunningJob,
  startJob,
} from './lease.ts';
import { endEarlier } from './sessions.ts';
import { jobExists } from './store.ts';
import { thisDisk } from './uploads/folder.ts';
import { removeUpload } from './uploads/lifetime.ts';
import type { UploadStore } from './uploads/store.ts';
import type { Watchdog } from './watchdog.ts';

/** A job with so many failures since its last page is given up. */
const maxFailures = 5;
const firstPauseMs = 1_000;
const suspectPauseMs = 2_000;

/** The worker shuts down, and leaves the job to another. */
export class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
}

export type PerformOptions = {
  readonly db: Database;
  readonly spoolRoot: string;
  /** The store of uploads; by default this disk. */
  readonly uploads?: UploadStore;
  readonly fetching: Fetching;
  readonly log: Logger;
  /** Kills the process when a job blocks its event loop; by default nothing does. */
  readonly watchdog?: Watchdog | undefined;
  /** Receives what jobs do; by default nothing does. */
  readonly observer?: JobObserver;
  /** Records a span of each run; by default nothing does. */
  readonly tracer?: Tracer;
  /** Aborted when the worker shuts down. */
  readonly shutdown: AbortSignal;
};

/** The result: the job ended, or it continues at the given time. */
export type Outcome = 'DONE' | 'FAILED' | { readonly resumesAt: number };

/**
 * Runs a job, and stores the outcome in its row. While the database is unavailable it waits, and then the job continues
 * from its last page. Rejects only when the outcome could not be stored.
 */
export async function performJob(options: PerformOptions, jobId: string): Promise<Outcome> {
  const { db, shutdown } = options;
  const job = await whenBack(() => startJob(db.sql, jobId), shutdown);
  if (job === null) return 'DONE';
  if (job.failures >= maxFailures) return giveUp(options, job, job.lastError ?? workerDied);
  if (await whenBack(() => mustWait(db.sql, job), shutdown)) {
    const message = 'Waiting for another job that failed before';
    await putBack(db.sql, job, { message, event: { message, once: true } });
    return { resumesAt: Date.now() + suspectPauseMs * (1 + Math.random()) };
  }
  const failure = await attempt(options, job);
  if (failure === null) {
    observeEnd(options, job, 'succeeded');
    return 'DONE';
  }
  return whenBack(() => leave(options, job, failure.error), shutdown);
}

/** Runs the job once. Returns its error; null when the job is done. */
async function attempt(
  options: PerformOptions,
  job: RunningJob,
): Promise<{ readonly error: unknown } | null> {
  const { db, uploads = thisDisk(), log, watchdog, observer = noObserver, tracer = noTracer } = options;
  const { jobId } = job;
  watchdog?.begin(job);
  try {
    await endEarlier(db.sql, job);
    const about = { 'larkstat.job.id': job.jobId, 'larkstat.job.kind': job.kind };
    const begin = { name: `job ${job.kind}`, kind: 'consumer', attributes: about } as const;
    const message = await tracer.span(begin, () => runJob({ ...options, job, uploads, observer }));
    const inserted = await finishJob(db.sql, job, message);
    if (inserted === null)
      return { error: new JobStoppedError('The job is over: it was cancelled or deleted') };
    await removeUpload(uploads, job).catch((err) =>
      log.warn({ err, jobId }, 'an upload could not be removed'),
    );
    await tidyAfter(db.sql, inserted).catch((err) => log.warn({ err }, 'the store could not be tidied'));
    return null;
  } catch (error) {
    return { error: databaseFull(error) ?? error };
  } finally {
    watchdog?.end(job);
  }
}

const workerDied = 'its worker ended in the middle: it may need more memory than there is';

/** Decides what happens to a job that threw. */
async function leave(options: PerformOptions, job: RunningJob, error: unknown): Promise<Outcome> {
  const { db, uploads = thisDisk(), log, shutdown } = options;
  if (error instanceof JobStoppedError) {
    observeEnd(options, job, 'cancelled');
    await uncountCrash(db.sql, job);
    return dropDeleted(db, uploads, job);
  }
  if (shutdown.aborted) {
    await putBack(db.sql, job, {
      event: { message: 'Its worker was stopped: the job continues when a worker runs' },
    });
    return { resumesAt: Date.now() + 100 };
  }
  if (error instanceof JobPausedError) {
    const { message, waitingUntil } = error;
    await putBack(db.sql, job, { message, waitingUntil, event: waitOf(error) });
    return { resumesAt: waitingUntil?.getTime() ?? Date.now() };
  }
  if (isAway(error) || isLockTimeout(error)) {
    warnRarely(
      log,
      { err: error, jobId: job.jobId },
      'a job lost the database, or waited too long for a lock; it goes on',
    );
    const lost = isAway(error)
      ? 'The database was out of reach'
      : 'Its stream was locked by others for too long';
    await putBack(db.sql, job, {
      event: { message: `${lost}: the job goes on from its last page`, once: true },
    });
    await uncountCrash(db.sql, job);
    return { resumesAt: Date.now() + firstPauseMs };
  }
  if (error instanceof DomainError) {
    const failed = await failJob(db.sql, job, error);
    if (failed) observeEnd(options, job, 'failed');
    // A retry cannot help, and the upload is of no other use.
    if (failed && error instanceof BadInputError) await removeUpload(uploads, job);
    return failed ? 'FAILED' : dropDeleted(db, uploads, job);
  }
  const { jobId } = job;
  const failures = await countFailure(db.sql, job, maxFailures);
  if (failures === null) return dropDeleted(db, uploads, job);
  log.error({ err: error, jobId }, 'a job failed unexpectedly');
  if (failures >= maxFailures) {
    return giveUp(options, job, `unexpected error. The log has more under the job id ${jobId}`);
  }
  return { resumesAt: Date.now() + firstPauseMs * 2 ** (failures - 1) * (1 + Math.random()) };
}

/** The event of a pause; null when the job only gives way to others. */
function waitOf({ message, waitingUntil }: JobPausedError): JobEvent | null {
  if (waitingUntil === null) return null;
  const until = waitingUntil.toISOString();
  return { message: message.includes(until) ? message : `${message}; goes on at ${until}` };
}

/**
 * Leaves a job that this worker lost. When the job was deleted, its upload is removed here: on some systems the deleter
 * could not remove the file while it was open.
 */
async function dropDeleted(db: Database, uploads: UploadStore, job: RunningJob): Promise<Outcome> {
  if (!(await jobExists(db.sql, job.jobId))) await removeUpload(uploads, job);
  return 'DONE';
}

async function giveUp(options: PerformOptions, job: RunningJob, last: string): Promise<Outcome> {
  const message = `The job failed ${maxFailures} times without getting any further. The last time: ${last}`;
  const failed = await failJob(options.db.sql, job, { code: 'INTERNAL', message, retryAt: null });
  if (failed) observeEnd(options, job, 'failed');
  return 'FAILED';
}

function observeEnd(
  { observer = noObserver }: PerformOptions,
  { kind, startedAt }: RunningJob,
  outcome: Parameters<JobObserver['ended']>[0]['outcome'],
): void {
  observer.ended({ kind, outcome, seconds: Math.max(0, Date.now() - startedAt.getTime()) / 1_000 });
}
