import { randomUUID } from 'node:crypto';
import postgres, { type Sql, type TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { dayMs, toIso } from '../shared/instant.ts';
import { BadInputError } from '../shared/errors.ts';
import type { JobKind } from '../shared/job.ts';
import { cleanText } from '../shared/text.ts';
import type { ProviderName } from '../shared/post.ts';
import { announceJob } from './announce.ts';
import { withEvent } from './events.ts';
import type { ImportPayload } from './payloads.ts';

type Tx = Sql | TransactionSql;

/** The queue of a job, and its priority there. */
export type JobPlace = {
  readonly kind: JobKind;
  /** Lower is taken first. */
  readonly priority: number;
};

export type CancelledJob = {
  readonly payload: unknown;
  /** The stream that it wrote to; null when it wrote nothing. */
  readonly streamId: number | null;
};

/** The priority of jobs that people wait for, and of scheduled jobs. */
export const priorities = { asked: 1, scheduled: 10 } as const;

/** Cleans all texts so that Postgres can store them: a file's name may have any characters. */
const cleaned = (payload: ImportPayload): ImportPayload =>
  JSON.parse(JSON.stringify(payload), (_key, value) =>
    typeof value === 'string' ? cleanText(value) : value,
  );

/** Inserts a job and returns its id. The caller adds it to the queue afterwards. */
export async function createJob(sql: Sql, provider: ProviderName, payload: ImportPayload): Promise<string> {
  const jobId = randomUUID();
  await sql`
    insert into jobs (job_id, kind, provider, payload)
    values (${jobId}, 'IMPORT', ${provider}, ${sql.json(cleaned(payload))})`;
  announce(sql, { job: jobId });
  return jobId;
}

/** Cancels an open job and returns it; null when there is no such open job. */
export async function cancelJob(sql: Tx, jobId: string): Promise<CancelledJob | null> {
  const rows = await sql<CancelledJob[]>`
    update jobs set state = 'CANCELLED', message = 'Cancelled', finished_at = now(), progress_at = now(),
      events = ${withEvent(sql, { message: 'Cancelled' })}
    where job_id = ${jobId} and state in ('QUEUED', 'RUNNING')
    returning payload, stream_id as "streamId"`;
  return announceJob(sql, jobId, rows)[0] ?? null;
}

/**
 * Reopens a failed or cancelled job, which then continues from its cursor. Returns its place in the queue; null when
 * there is no such job. BAD_INPUT when another job for the same stream is open, which can also show only now that the
 * stream is known.
 */
export async function reviveJob(sql: Tx, jobId: string): Promise<JobPlace | null> {
  try {
    const rows = await sql<JobPlace[]>`
      update jobs set state = 'QUEUED', message = 'Waiting for a worker', finished_at = null, error_code = null,
        error_message = null, error_retry_at = null, progress_at = now(), failures = 0,
        events = ${withEvent(sql, { message: 'Tried again on request' })},
        open_key = case when kind = 'FETCH' and stream_id is not null then 'stream:' || stream_id else open_key end
      where job_id = ${jobId} and state in ('FAILED', 'CANCELLED') returning kind, priority`;
    return announceJob(sql, jobId, rows)[0] ?? null;
  } catch (cause) {
    if (!isKeyTaken(cause)) throw cause;
    throw new BadInputError('Another job is under way for the same account or topic: follow that one', {
      cause,
    });
  }
}

/** Whether the index jobs_open_key refused a second open job. */
const isKeyTaken = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.constraint_name === 'jobs_open_key';

/** Whether the job exists, in any state. */
export const jobExists = async (sql: Sql, jobId: string): Promise<boolean> =>
  (await sql`select 1 from jobs where job_id::text = ${jobId}`).length > 0;

const keptMs = 30 * dayMs;

/** Deletes jobs that ended 30 days ago or earlier. Returns how many. Uses the index jobs_finished. */
export async function pruneJobs(sql: Sql, now: number): Promise<number> {
  const { count } = await sql`
    delete from jobs where finished_at <= ${toIso(now - keptMs)}
      and state in ('SUCCEEDED', 'FAILED', 'CANCELLED')`;
  return count;
}
