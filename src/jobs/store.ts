import { randomUUID } from 'node:crypto';
import postgres, { type Sql, type TransactionSql } from 'postgres';
import { jobNotice } from '../db/changes.ts';
import { dayMs, toIso } from '../shared/instant.ts';
import { cleanText } from '../shared/text.ts';
import { BadInputError, type ErrorCode } from '../shared/errors.ts';
import type { JobKind } from '../shared/job.ts';
import type { ProviderName, Rejection } from '../shared/post.ts';
import type { ImportPayload } from './payloads.ts';

type Tx = Sql | TransactionSql;

/** A job was cancelled or its stream deleted: its worker stops, and the page at hand is not written. */
export class JobStoppedError extends Error {
  override readonly name = 'JobStoppedError';
}

/** A job that one worker is doing. A worker that was taken for dead has a lower attempt: its writes are void. */
export type RunningJob = {
  readonly jobId: string;
  readonly attempt: number;
  readonly payload: unknown;
  readonly cursor: string | null;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
};

/** Which queue a job goes to, and how soon it is taken from it. */
export type JobPlace = {
  readonly kind: JobKind;
  /** Lower goes first. */
  readonly priority: number;
};

/** Of a job that a person waits for, and of one that only a schedule asked for. */
export const priorities = { asked: 1, scheduled: 10 } as const;

/** Every statement that changes a job returns this, and so tells of it. */
const changed = (sql: Tx) => sql.unsafe(jobNotice);

/** Adds a job to be done and gives its id. Whoever calls this hands it to the queue afterwards. */
export async function createJob(sql: Sql, provider: ProviderName, payload: ImportPayload): Promise<string> {
  const jobId = randomUUID();
  await sql`
    insert into jobs (job_id, kind, provider, payload)
    values (${jobId}, 'IMPORT', ${provider}, ${sql.json(payload)})
    returning ${changed(sql)}`;
  return jobId;
}

/** Marks a job as under way and gives it; null where it is over, or was deleted. */
export async function startJob(sql: Sql, jobId: string): Promise<RunningJob | null> {
  const rows = await sql<RunningJob[]>`
    update jobs set state = 'RUNNING', attempts = attempts + 1, started_at = coalesce(started_at, now()),
      finished_at = null, waiting_until = null, error_code = null, error_message = null, error_retry_at = null,
      progress_at = now(), message = 'Starting'
    where job_id = ${jobId} and state in ('QUEUED', 'RUNNING')
    returning job_id as "jobId", attempts as attempt, payload, cursor, fetched::float8, inserted::float8,
      updated::float8, ${changed(sql)}`;
  return rows[0] ?? null;
}

const current = (sql: Tx, job: Claim) =>
  sql`job_id = ${job.jobId} and attempts = ${job.attempt} and state = 'RUNNING'`;
type Claim = Pick<RunningJob, 'jobId' | 'attempt'>;

/** What is being done, for people; does nothing once the job is over. */
export async function tellProgress(
  sql: Sql,
  job: Claim,
  message: string,
  total: number | null,
): Promise<void> {
  await sql`
    update jobs set message = ${cleanText(message)}, total = coalesce(${total}, total), progress_at = now()
    where ${current(sql, job)} returning ${changed(sql)}`;
}

type PageProgress = {
  readonly job: Claim;
  readonly streamId: number;
  readonly cursor: string;
  readonly message: string;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly total: number | null;
  readonly postsPerSecond: number;
};

/** Counts a page, in the transaction that writes it. Throws JobStoppedError where the job is to run no more. */
export async function countPage(tx: TransactionSql, page: PageProgress): Promise<void> {
  const { job, streamId, cursor, message, fetched, inserted, updated, total, postsPerSecond } = page;
  const rows = await tx`
    update jobs set cursor = ${cursor}, stream_id = ${streamId}, message = ${message}, pages = pages + 1,
      fetched = fetched + ${fetched}, inserted = inserted + ${inserted}, updated = updated + ${updated},
      total = coalesce(${total}, total), posts_per_second = ${postsPerSecond}, progress_at = now()
    where ${current(tx, job)}
    returning ${changed(tx)}`;
  if (rows.length === 0) throw new JobStoppedError('The job is over: it was cancelled or deleted');
}

/** Names the records that were kept out. */
export async function tellRejected(
  sql: Sql,
  jobId: string,
  count: number,
  first: readonly Rejection[],
): Promise<void> {
  const rejections = first.map(({ where, reason }) => ({
    where: cleanText(where),
    reason: cleanText(reason),
  }));
  await sql`
    update jobs set rejected = ${count}, rejections = ${sql.json(rejections)} where job_id = ${jobId}
    returning ${changed(sql)}`;
}

/**
 * Ends a job well, and notes on its stream that it is fresh. Gives how many posts were new, in all its attempts; null
 * where the job was not to run any more. Waits for the disk, and so for all pages that were written before.
 */
export async function finishJob(sql: Sql, job: Claim, message: string): Promise<number | null> {
  return sql.begin(async (tx) => {
    // First the stream, then its job, as whoever writes posts or deletes the stream: else two may wait for each other.
    await tx`select 1 from streams where stream_id = (
      select stream_id from jobs where job_id = ${job.jobId}) for no key update`;
    const rows = await tx<{ stream_id: number | null; inserted: number }[]>`
      update jobs set state = 'SUCCEEDED', message = ${cleanText(message)}, finished_at = now(), progress_at = now()
      where ${current(tx, job)} returning stream_id, inserted::float8, ${changed(tx)}`;
    const streamId = rows[0]?.stream_id;
    if (streamId != null) await tx`update streams set fetched_at = now() where stream_id = ${streamId}`;
    return rows[0]?.inserted ?? null;
  });
}

type JobFailure = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAt: Date | null;
};

/** Ends a job badly; false where it was not to run any more. */
export async function failJob(sql: Sql, job: Claim, failure: JobFailure): Promise<boolean> {
  const rows = await sql`
    update jobs set state = 'FAILED', message = 'Failed', finished_at = now(), progress_at = now(),
      error_code = ${failure.code}, error_message = ${cleanText(failure.message)},
      error_retry_at = ${failure.retryAt?.toISOString() ?? null}
    where ${current(sql, job)} returning ${changed(sql)}`;
  return rows.length > 0;
}

/** Puts a job back for another worker, e.g. when this one shuts down. */
export async function requeueJob(sql: Sql, job: Claim): Promise<void> {
  await sql`
    update jobs set state = 'QUEUED', message = 'Waiting for a worker', progress_at = now()
    where ${current(sql, job)} returning ${changed(sql)}`;
}

/** Lets a job rest until a time; it goes on from its cursor, and has lost no attempt. */
export async function pauseJob(
  sql: Sql,
  job: Claim,
  message: string,
  waitingUntil: Date | null,
): Promise<void> {
  await sql`
    update jobs set state = 'QUEUED', message = ${message}, waiting_until = ${waitingUntil?.toISOString() ?? null},
      attempts = attempts - 1, progress_at = now()
    where ${current(sql, job)} returning ${changed(sql)}`;
}

/** Stops a job that is waiting or under way; true where there was something to stop. */
export async function cancelJob(sql: Tx, jobId: string): Promise<boolean> {
  const rows = await sql`
    update jobs set state = 'CANCELLED', message = 'Cancelled', finished_at = now(), progress_at = now()
    where job_id = ${jobId} and state in ('QUEUED', 'RUNNING') returning ${changed(sql)}`;
  return rows.length > 0;
}

/**
 * Puts a failed or cancelled job back, to go on from its cursor, and gives its place in the queue; null where there was
 * none. BAD_INPUT where another job is under way for the same stream: by then both may know which that is.
 */
export async function reviveJob(sql: Tx, jobId: string): Promise<JobPlace | null> {
  try {
    const rows = await sql<JobPlace[]>`
      update jobs set state = 'QUEUED', message = 'Waiting for a worker', finished_at = null, error_code = null,
        error_message = null, error_retry_at = null, progress_at = now(),
        subject = case when kind = 'FETCH' and stream_id is not null then 'stream:' || stream_id else subject end
      where job_id = ${jobId} and state in ('FAILED', 'CANCELLED') returning kind, priority, ${changed(sql)}`;
    return rows[0] ?? null;
  } catch (cause) {
    if (!isSubjectTaken(cause)) throw cause;
    throw new BadInputError('Another job is under way for the same account or topic: follow that one', {
      cause,
    });
  }
}

/** Whether the index jobs_open_subject refused a second open job. */
const isSubjectTaken = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.constraint_name === 'jobs_open_subject';

/** Whether there is such a job, in whatever state. */
export const jobExists = async (sql: Sql, jobId: string): Promise<boolean> =>
  (await sql`select 1 from jobs where job_id::text = ${jobId}`).length > 0;

/** Whether the job is still this worker's to do. */
export const isCurrent = async (sql: Sql, job: Claim): Promise<boolean> =>
  (await sql`select 1 from jobs where ${current(sql, job)}`).length > 0;

const keptMs = 30 * dayMs;

/** Deletes jobs that ended 30 days ago or earlier, and gives how many. Served by jobs_finished. */
export async function pruneJobs(sql: Sql, now: number): Promise<number> {
  const { count } = await sql`
    delete from jobs where finished_at <= ${toIso(now - keptMs)}
      and state in ('SUCCEEDED', 'FAILED', 'CANCELLED')`;
  return count;
}
