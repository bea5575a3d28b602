import type { Sql } from 'postgres';
import { exportQueueName, fetchQueueName, queueName } from './payloads.ts';
import type { JobPlace } from './store.ts';

/** A job to be added to the queue again. */
export type LostJob = JobPlace & { readonly jobId: string };

/**
 * Lists open jobs that the queue lacks, has as ended, or has with too low a priority. A crash can cause this; mostly
 * there are none. Collectors take their jobs without a queue.
 * This is one statement: one look-up for each of 2,000 open jobs took a second, in every worker, every few seconds.
 * BullMQ's table is in the same database, and is read by its primary key.
 */
export async function listLostJobs(sql: Sql): Promise<readonly LostJob[]> {
  return sql<LostJob[]>`
    select j.job_id as "jobId", j.kind, j.priority from jobs j
    left join bullmq.job q
      on q.queue = case j.kind::text when 'FETCH' then ${fetchQueueName} when 'EXPORT' then ${exportQueueName}
        else ${queueName} end and q.id = j.job_id::text
    where j.state in ('QUEUED', 'RUNNING') and j.kind <> 'COLLECT'
      and (q.id is null or q.state in ('completed', 'failed') or q.priority > j.priority)
    order by j.priority, j.created_at`;
}

/**
 * Lists open jobs, the most urgent first. A queue in Redis has to have all of them; SQL cannot compare it with the
 * rows.
 */
export async function listOpenJobs(sql: Sql): Promise<readonly LostJob[]> {
  return sql<LostJob[]>`
    select job_id as "jobId", kind, priority from jobs
    where state in ('QUEUED', 'RUNNING') and kind <> 'COLLECT' order by priority, created_at`;
}
