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

/** A job was cancelled or its stream deleted: its worker stops, and the page at hand is not written. */
export class JobStoppedError extends Error {
  override readonly name = 'JobStoppedError';
}

/**
 * A job that one worker is doing. Whoever takes it up gets the next lease: what a worker with an older one writes is
 * void, so one that was taken for dead does no harm when it goes on.
 */
export type RunningJob = {
  readonly jobId: string;
  readonly kind: JobKind;
  /** When a worker first began it. */
  readonly startedAt: Date;
  readonly lease: number;
  /** Crashes and unexpected errors since a page was last written. */
  readonly failures: number;
  /** What the worker said that the job was taken over from, if it could; null where there is none. */
  readonly lastError: string | null;
  readonly payload: unknown;
  readonly cursor: string | null;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
};

const takenOver = { message: 'Another worker went on: the one before had ended or was out of reach' };

/**
 * Takes a job up and returns it; null when it is over, or was deleted. A job that still counts as under way was left by
 * a worker that died: that is a failure.
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

/** What is being done, for people; does nothing once the job is over. */
export async function tellProgress(
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

/** Notes whose archive a job reads, so that it goes with the account's stream before it has written to it. */
export async function noteAccount(sql: Sql, job: Claim, account: ArchiveAccount): Promise<void> {
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
  /** What happened before it; null, as by default: nothing. */
  readonly event?: JobEvent | null;
};

/** Counts a page, in the transaction that writes it; earlier failures do not count any more. Throws JobStoppedError where the job is to run no more. */
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

/** Tells how many posts of how many an export has written since it began anew; does nothing once the job is over. */
export async function tellExported(
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

/** Notes the file of an export, or that it has none. Throws JobStoppedError where the job is to run no more. */
export async function noteFile(sql: Sql, job: Claim, file: ExportedFile | null): Promise<void> {
  const payload =
    file === null ? sql`payload - 'file'` : sql`jsonb_set(payload, '{file}', ${sql.json(file)}::jsonb)`;
  const result = await sql`update jobs set payload = ${payload} where ${current(sql, job)}`;
  if (result.count === 0) throw stopped();
}

/** Names the records that were kept out. */
export async function tellRejected(
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
 * Counts stored posts that an export no longer has: `more` beside those that were counted, or so many in all. Throws
 * JobStoppedError where the job is to run no more.
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

/** Tells something that happened to a job beside its progress. */
export async function tellEvent(sql: Sql, job: Claim, event: JobEvent): Promise<void> {
  const result = await sql`update jobs set events = ${withEvent(sql, event)} where ${current(sql, job)}`;
  announceJob(sql, job.jobId, result);
}

const stopped = () => new JobStoppedError('The job is over: it was cancelled or deleted');

/**
 * Ends a job well, and notes on its stream that it is fresh, unless it was only read. Gives how many posts were new, in all its attempts; null
 * where the job was not to run any more. Waits for the disk, and so for all pages that were written before.
 */
export async function finishJob(sql: Sql, job: Claim, message: string): Promise<number | null> {
  return sql.begin(async (tx) => {
    // First the stream, then its job, as whoever writes posts or deletes the stream: else two may wait for each other.
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

/** Ends a job badly; false where it was not to run any more. */
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
 * Counts an unexpected error and returns how many failures that makes; null when the job was not to run any more. Below
 * the limit it is put back to be tried again.
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
  /** What the job waits for; default: a worker. */
  readonly message?: string;
  /** When a worker may take it; default: at once. */
  readonly waitingUntil?: Date | null;
  /** What is kept of it; default: nothing, as of an ordinary turn of others. */
  readonly event?: JobEvent | null;
};

/** Puts a job back, to go on from its cursor. It has lost nothing: when it goes on, that is the same attempt. */
export async function putBack(sql: Sql, job: Claim, pause: Pause = {}): Promise<void> {
  const { message = 'Waiting for a worker', waitingUntil = null, event = null } = pause;
  const result = await sql`
    update jobs set state = 'QUEUED', message = ${messageText(message)}, waiting_until = ${waitingUntil?.toISOString() ?? null},
      attempts = attempts - 1, progress_at = now(), events = ${withEvent(sql, event)}
    where ${current(sql, job)}`;
  announceJob(sql, job.jobId, result);
}

/** Notes why the worker ends that the job is still at: whoever takes it up next has it as `lastError`. */
export async function noteStandstill(sql: Sql, job: Claim, why: string): Promise<void> {
  const result = await sql`
    update jobs set message = ${messageText(why)}, error_message = ${messageText(why)}, progress_at = now(),
      events = ${withEvent(sql, { message: why })}
    where ${current(sql, job)}`;
  announceJob(sql, job.jobId, result);
}

/** So many failures make a job suspect: it may be what took its workers down. */
const suspectFailures = 2;

/**
 * Whether the job is suspect and another such job is under way. They are done one at a time, until each writes a page:
 * what one of them does to its worker is not to count against the others.
 */
export async function hasToWait(sql: Sql, { jobId, failures }: RunningJob): Promise<boolean> {
  if (failures < suspectFailures) return false;
  const others = await sql`
    select 1 from jobs where state = 'RUNNING' and failures >= ${suspectFailures} and job_id <> ${jobId} limit 1`;
  return others.length > 0;
}

/** Says that this worker lives from whom another took the job: that it did so was no crash, and is no other attempt. */
export async function denyCrash(sql: Sql, job: Claim): Promise<void> {
  const result = await sql`
    update jobs set failures = greatest(failures - 1, 0), attempts = greatest(attempts - 1, 1)
    where job_id = ${job.jobId} and lease > ${job.lease} and state in ('QUEUED', 'RUNNING')`;
  announceJob(sql, job.jobId, result);
}

/** Whether the job is still this worker's to do. */
export const isCurrent = async (sql: Sql, job: Claim): Promise<boolean> =>
  (await sql`select 1 from jobs where ${current(sql, job)}`).length > 0;
