import type { Sql } from 'postgres';
import { exportQueueName, fetchQueueName, queueName } from './payloads.ts';
import type { JobPlace } from './store.ts';

/** A job that the queue is to be given again. */
export type LostJob = JobPlace & { readonly jobId: string };

/**
 * Jobs that are not over although the queue does not have them, has them as ended, or further back than they are to be.
 * After a crash there may be some; mostly there are none. One statement: a look at each of 2,000 open jobs took a
 * second, in every worker, every few seconds. Collectors take their jobs without a queue. BullMQ's table is in the same database and is probed by its primary key.
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

/** Jobs that are not over, the most urgent first: what a queue in Redis has to have, which knows nothing of the rows. */
export async function listOpenJobs(sql: Sql): Promise<readonly LostJob[]> {
  return sql<LostJob[]>`
    select job_id as "jobId", kind, priority from jobs
    where state in ('QUEUED', 'RUNNING') and kind <> 'COLLECT' order by priority, created_at`;
}
