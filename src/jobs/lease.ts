import type { Sql, TransactionSql } from 'postgres';
import type { ErrorCode } from '../shared/errors.ts';
import type { JobKind } from '../shared/job.ts';
import type { Rejection } from '../shared/post.ts';
import { messageText } from '../shared/text.ts';
import { touch } from '../streams/touch.ts';
import { announceJob } from './announce.ts';
import { type JobEvent, withEvent } from './events.ts';
import type { ArchiveAccount, ExportedFile } from './payloads.ts';

type Tx = Sql | TransactionSql;

/** The job was cancelled, or its stream deleted. The worker stops, and does not write the current page. */
export class JobStoppedError extends Error {
  override readonly name = 'JobStoppedError';
}

/**
 * A job that one worker runs. The next worker that starts it gets the next lease. Writes with an older lease have no
 * effect, so a worker that was wrongly taken for dead does no harm.
 */
export type RunningJob = {
  readonly jobId: string;
  readonly kind: JobKind;
  /** When a worker first started it. */
  readonly startedAt: Date;
  readonly lease: number;
  /** Crashes and unexpected errors since the last written page. */
  readonly failures: number;
  /** The last error of the worker before, when it could report one. */
  readonly lastError: string | null;
  readonly payload: unknown;
  readonly cursor: string | null;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
};

const takenOver = { message: 'Another worker continued: the one before had ended or was out of reach' };

/**
 * Starts a job and returns it; null when it has ended or was deleted. When its state is RUNNING, its worker died: that
 * counts as a failure.
 */
export async function startJob(sql: Sql, jobId: string): Promise<RunningJob | null> {
  const rows = await sql<RunningJob[]>`
    with before as (
      select job_id as id, state as was, error_message as last_error from jobs
      where job_id = ${jobId} and state in ('QUEUED', 'RUNNING') for update
    )
    update jobs set state = 'RUNNING', lease = lease + 1, attempts = attempts + 1,
      failures = failures + (was = 'RUNNING')::int, started_at = coalesce(started_at, now()),
      finished_at = null, waiting_until = null, error_code = null, error_message = null, error_retry_at = null,
      progress_at = now(), message = 'Starting', recent_posts_per_second = 0,
      events = case when was = 'RUNNING' then ${withEvent(sql, takenOver)} else events end
    from before where job_id = id
    returning job_id as "jobId", kind, started_at as "startedAt", lease, failures, case when was = 'RUNNING' then last_error end as "lastError",
      payload, cursor, fetched::float8, inserted::float8, updated::float8`;
  return announceJob(sql, jobId, rows)[0] ?? null;
}

const current = (sql: Tx, job: Claim) =>
  sql`job_id = ${job.jobId} and lease = ${job.lease} and state = 'RUNNING'`;
type Claim = Pick<RunningJob, 'jobId' | 'lease'>;

/** Reports the current step to people; does nothing when the job has ended. */
export async function reportProgress(
  sql: Sql,
  job: Claim,
  message: string,
  total: number | null,
): Promise<void> {
  const result = await sql`
    update jobs set message = ${messageText(message)}, total = coalesce(${total}, total), progress_at = now()
    where ${current(sql, job)}`;
  announceJob(sql, job.jobId, result);
}

/**
 * Stores the account of the job's archive. So deleting the account's stream also deletes a job that has written nothing
 * yet.
 */
export async function setAccount(sql: Sql, job: Claim, account: ArchiveAccount): Promise<void> {
  await sql`
    update jobs set payload = jsonb_set(payload, '{account}', ${sql.json(account)}::jsonb) where ${current(sql, job)}`;
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
  readonly recentPostsPerSecond: number;
  /** An event to add; by default none. */
  readonly event?: JobEvent | null;
};

/**
 * Counts a page in the transaction that writes it, and resets the failures. Throws JobStoppedError when the job must
 * not run any more.
 */
export async function countPage(tx: TransactionSql, page: PageProgress): Promise<void> {
  const {
    job,
    streamId,
    cursor,
    message,
    fetched,
    inserted,
    updated,
    total,
    postsPerSecond,
    recentPostsPerSecond,
    event = null,
  } = page;
  const result = await tx`
    update jobs set cursor = ${cursor}, stream_id = ${streamId}, message = ${messageText(message)}, pages = pages + 1,
      fetched = fetched + ${fetched}, inserted = inserted + ${inserted}, updated = updated + ${updated},
      total = coalesce(${total}, total), posts_per_second = ${postsPerSecond},
      recent_posts_per_second = ${recentPostsPerSecond}, failures = 0, progress_at = now(),
      events = ${withEvent(tx, event)}
    where ${current(tx, job)}`;
  if (announceJob(tx, job.jobId, result).count === 0) throw stopped();
}

/** Reports how many posts an export has written since it started over; does nothing when the job has ended. */
export async function reportExported(
  sql: Sql,
  job: Claim,
  {
    posts,
    total,
    ...rates
  }: Pick<PageProgress, 'postsPerSecond' | 'recentPostsPerSecond'> & {
    readonly posts: number;
    readonly total: number;
  },
): Promise<void> {
  const result = await sql`
    update jobs set message = 'Writing posts', fetched = ${posts}, total = ${total}, progress_at = now(),
      posts_per_second = ${rates.postsPerSecond}, recent_posts_per_second = ${rates.recentPostsPerSecond}
    where ${current(sql, job)}`;
  announceJob(sql, job.jobId, result);
}

/** Stores the file of an export, or null. Throws JobStoppedError when the job must not run any more. */
export async function setFile(sql: Sql, job: Claim, file: ExportedFile | null): Promise<void> {
  const payload =
    file === null ? sql`payload - 'file'` : sql`jsonb_set(payload, '{file}', ${sql.json(file)}::jsonb)`;
  const result = await sql`update jobs set payload = ${payload} where ${current(sql, job)}`;
  if (result.count === 0) throw stopped();
}

/** Stores the number of rejected records, and the first of them. */
export async function setRejected(
  sql: Sql,
  jobId: string,
  count: number,
  first: readonly Rejection[],
): Promise<void> {
  const rejections = first.map(({ where, reason }) => ({
    where: messageText(where),
    reason: messageText(reason),
  }));
  const result = await sql`
    update jobs set rejected = ${count}, rejections = ${sql.json(rejections)} where job_id = ${jobId}`;
  announceJob(sql, jobId, result);
}

/**
 * Counts stored posts that the archive no longer has: `more` is added, `all` is set. Throws JobStoppedError when the
 * job must not run any more.
 */
export async function countGonePosts(
  sql: Tx,
  job: Claim,
  count: { readonly more: number } | { readonly all: number },
): Promise<void> {
  const gone = 'more' in count ? sql`coalesce(gone, 0) + ${count.more}` : sql`${count.all}`;
  const result = await sql`update jobs set gone = ${gone}, progress_at = now() where ${current(sql, job)}`;
  if (announceJob(sql, job.jobId, result).count === 0) throw stopped();
}

/** Adds an event to a job. */
export async function addEvent(sql: Sql, job: Claim, event: JobEvent): Promise<void> {
  const result = await sql`update jobs set events = ${withEvent(sql, event)} where ${current(sql, job)}`;
  announceJob(sql, job.jobId, result);
}

const stopped = () => new JobStoppedError('The job is over: it was cancelled or deleted');

/**
 * Marks a job as succeeded, and its stream as fresh, except after an export. Returns the number of new posts in all its
 * attempts; null when the job must not run any more.
 * The commit waits for the disk, and so for all pages before.
 */
export async function finishJob(sql: Sql, job: Claim, message: string): Promise<number | null> {
  return sql.begin(async (tx) => {
    // Lock the stream first, then the job: all writers and deleters use this order, which avoids deadlocks.
    await tx`select 1 from streams where stream_id = (
      select stream_id from jobs where job_id = ${job.jobId}) for no key update`;
    const rows = await tx<{ stream_id: number | null; kind: JobKind; inserted: number }[]>`
      update jobs set state = 'SUCCEEDED', message = ${messageText(message)}, finished_at = now(), progress_at = now()
      where ${current(tx, job)} returning stream_id, kind, inserted::float8`;
    announceJob(tx, job.jobId, rows);
    const streamId = rows[0]?.stream_id;
    if (streamId != null && rows[0]?.kind !== 'EXPORT') await touch(tx, streamId, { fetched: true });
    return rows[0]?.inserted ?? null;
  });
}

type JobFailure = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAt: Date | null;
};

/** Marks a job as failed. Returns false when it must not run any more. */
export async function failJob(sql: Sql, job: Claim, failure: JobFailure): Promise<boolean> {
  const result = await sql`
    update jobs set state = 'FAILED', message = 'Failed', finished_at = now(), progress_at = now(),
      error_code = ${failure.code}, error_message = ${messageText(failure.message)},
      error_retry_at = ${failure.retryAt?.toISOString() ?? null},
      events = ${withEvent(sql, { message: `Failed: ${failure.message}` })}
    where ${current(sql, job)}`;
  return announceJob(sql, job.jobId, result).count > 0;
}

/**
 * Counts an unexpected error. Returns the failures so far; null when the job must not run any more. Below the limit the
 * job waits to be tried again.
 */
export async function countFailure(sql: Sql, job: Claim, limit: number): Promise<number | null> {
  const rows = await sql<{ failures: number }[]>`
    update jobs set failures = failures + 1, progress_at = now(),
      state = (case when failures + 1 < ${limit} then 'QUEUED' else 'RUNNING' end)::job_state,
      message = case when failures + 1 < ${limit} then 'Waiting to try again' else message end,
      events = ${withEvent(sql, { message: 'An unexpected error: the log has more' })}
    where ${current(sql, job)} returning failures`;
  return announceJob(sql, job.jobId, rows)[0]?.failures ?? null;
}

type Pause = {
  /** What the job waits for; by default a worker. */
  readonly message?: string;
  /** When a worker may take it; by default at once. */
  readonly waitingUntil?: Date | null;
  /** An event to add; by default none, since giving way to other jobs is ordinary. */
  readonly event?: JobEvent | null;
};

/** Puts a job back to QUEUED. It later continues from its cursor, as the same attempt. */
export async function putBack(sql: Sql, job: Claim, pause: Pause = {}): Promise<void> {
  const { message = 'Waiting for a worker', waitingUntil = null, event = null } = pause;
  const result = await sql`
    update jobs set state = 'QUEUED', message = ${messageText(message)}, waiting_until = ${waitingUntil?.toISOString() ?? null},
      attempts = attempts - 1, progress_at = now(), events = ${withEvent(sql, event)}
    where ${current(sql, job)}`;
  announceJob(sql, job.jobId, result);
}

/** Stores why the worker of a running job is killed. The next worker gets it as `lastError`. */
export async function recordStandstill(sql: Sql, job: Claim, why: string): Promise<void> {
  const result = await sql`
    update jobs set message = ${messageText(why)}, error_message = ${messageText(why)}, progress_at = now(),
      events = ${withEvent(sql, { message: why })}
    where ${current(sql, job)}`;
  announceJob(sql, job.jobId, result);
}

/** From this number of failures on a job is suspect: it may have crashed its workers. */
const suspectFailures = 2;

/**
 * Whether the job is suspect and another suspect job runs. Suspect jobs run one at a time until each writes a page, so
 * that a crash counts only against its cause.
 */
export async function mustWait(sql: Sql, { jobId, failures }: RunningJob): Promise<boolean> {
  if (failures < suspectFailures) return false;
  const running = await sql`
    select 1 from jobs where state = 'RUNNING' and failures >= ${suspectFailures} and job_id <> ${jobId} limit 1`;
  return running.length > 0;
}

/**
 * Corrects the counts after another worker took the job from this living one: that was no crash, and no new attempt.
 */
export async function uncountCrash(sql: Sql, job: Claim): Promise<void> {
  const result = await sql`
    update jobs set failures = greatest(failures - 1, 0), attempts = greatest(attempts - 1, 1)
    where job_id = ${job.jobId} and lease > ${job.lease} and state in ('QUEUED', 'RUNNING')`;
  announceJob(sql, job.jobId, result);
}

/** Whether this worker still has the job. */
export const isCurrent = async (sql: Sql, job: Claim): Promise<boolean> =>
  (await sql`select 1 from jobs where ${current(sql, job)}`).length > 0;
