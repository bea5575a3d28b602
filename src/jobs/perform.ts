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
  denyCrash,
  failJob,
  finishJob,
  hasToWait,
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

/** So many failures without a page written in between, and a job is given up. */
const maxFailures = 5;
const firstPauseMs = 1_000;
const suspectPauseMs = 2_000;

/** The worker shuts down: the job is for another one. */
export class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
}

export type PerformOptions = {
  readonly db: Database;
  readonly spoolRoot: string;
  /** Where uploads are, to import them and to remove them; default: on this disk. */
  readonly uploads?: UploadStore;
  readonly fetching: Fetching;
  readonly log: Logger;
  /** Ends the process when a job has it stand still; not given: nothing does. */
  readonly watchdog?: Watchdog | undefined;
  /** Told what jobs do; by default nobody is. */
  readonly observer?: JobObserver;
  /** Makes a span of each job's run; by default nobody does. */
  readonly tracer?: Tracer;
  /** Aborted when the worker shuts down. */
  readonly shutdown: AbortSignal;
};

/** How a job was left: over, or to be gone on with at the given time. */
export type Outcome = 'DONE' | 'FAILED' | { readonly resumesAt: number };

/**
 * Does a job, and notes in its row how it was left. While the database is away it waits, and then has the job go on from
 * its last page. Rejects only when nothing could be noted.
 */
export async function performJob(options: PerformOptions, jobId: string): Promise<Outcome> {
  const { db, shutdown } = options;
  const job = await whenBack(() => startJob(db.sql, jobId), shutdown);
  if (job === null) return 'DONE';
  if (job.failures >= maxFailures) return giveUp(options, job, job.lastError ?? workerDied);
  if (await whenBack(() => hasToWait(db.sql, job), shutdown)) {
    const message = 'Waiting for another job that failed before';
    await putBack(db.sql, job, { message, event: { message, once: true } });
    return { resumesAt: Date.now() + suspectPauseMs * (1 + Math.random()) };
  }
  const failure = await attempt(options, job);
  if (failure === null) {
    tellEnd(options, job, 'succeeded');
    return 'DONE';
  }
  return whenBack(() => leave(options, job, failure.error), shutdown);
}

/** Returns what it failed with; null when the job is done. */
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

/** What becomes of a job that threw. */
async function leave(options: PerformOptions, job: RunningJob, error: unknown): Promise<Outcome> {
  const { db, uploads = thisDisk(), log, shutdown } = options;
  if (error instanceof JobStoppedError) {
    tellEnd(options, job, 'cancelled');
    await denyCrash(db.sql, job);
    return dropDeleted(db, uploads, job);
  }
  if (shutdown.aborted) {
    await putBack(db.sql, job, {
      event: { message: 'Its worker was stopped: the job goes on when one runs' },
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
      : 'Its stream was held by others for too long';
    await putBack(db.sql, job, {
      event: { message: `${lost}: the job goes on from its last page`, once: true },
    });
    await denyCrash(db.sql, job);
    return { resumesAt: Date.now() + firstPauseMs };
  }
  if (error instanceof DomainError) {
    const failed = await failJob(db.sql, job, error);
    if (failed) tellEnd(options, job, 'failed');
    // Trying again cannot help: nobody but us has the file.
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

/** What is kept of a pause; null of one that only lets others have their turn. */
function waitOf({ message, waitingUntil }: JobPausedError): JobEvent | null {
  if (waitingUntil === null) return null;
  const until = waitingUntil.toISOString();
  return { message: message.includes(until) ? message : `${message}; goes on at ${until}` };
}

/** Leaves a job that is not this worker's any more. Whoever deleted it could not remove a file that was open here, on some systems. */
async function dropDeleted(db: Database, uploads: UploadStore, job: RunningJob): Promise<Outcome> {
  if (!(await jobExists(db.sql, job.jobId))) await removeUpload(uploads, job);
  return 'DONE';
}

async function giveUp(options: PerformOptions, job: RunningJob, last: string): Promise<Outcome> {
  const message = `The job failed ${maxFailures} times without getting any further. The last time: ${last}`;
  const failed = await failJob(options.db.sql, job, { code: 'INTERNAL', message, retryAt: null });
  if (failed) tellEnd(options, job, 'failed');
  return 'FAILED';
}

function tellEnd(
  { observer = noObserver }: PerformOptions,
  { kind, startedAt }: RunningJob,
  outcome: Parameters<JobObserver['ended']>[0]['outcome'],
): void {
  observer.ended({ kind, outcome, seconds: Math.max(0, Date.now() - startedAt.getTime()) / 1_000 });
}
