import type { Sql } from 'postgres';
import type { FetchableStream } from '../shared/fetchable.ts';
import { takeDue } from '../streams/take-due.ts';
import { toIso } from '../shared/instant.ts';
import { enqueueFetch, type OpenFetch, openFetch } from './open-fetch.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { priorities } from '../jobs/store.ts';

type Enqueueing = { readonly sql: Sql; readonly queue: JobQueue; readonly now: number };

/**
 * Enqueues a fetch of every due stream, with a lower priority than users' requests, and returns the jobs' ids. Call it
 * every few seconds when a provider is configured; any number of processes may. Taking the streams and writing their
 * jobs is one transaction, so that a crash loses none.
 */
export async function enqueueDue({ sql, queue, now }: Enqueueing): Promise<readonly string[]> {
  const jobs = await sql.begin(async (tx) => {
    const opened: OpenFetch[] = [];
    for (const stream of await takeDue(tx, now)) opened.push(await openFetch(tx, refreshOf(stream)));
    return opened;
  });
  for (const job of jobs) await enqueueFetch(queue, job);
  return jobs.map((job) => job.jobId);
}

/**
 * Enqueues a fetch of a stream that was viewed and is stale, unless a fetch began within the refresh interval: a
 * failing fetch is not repeated on each view.
 */
export async function enqueueStale(
  { sql, queue, now }: Enqueueing,
  stream: FetchableStream,
  refreshAfterMs: number,
): Promise<void> {
  // Uses the newest rows of the index jobs_stream.
  const recent = await sql`
    select 1 from jobs where stream_id = ${stream.streamId} and kind = 'FETCH'
      and (state in ('QUEUED', 'RUNNING') or created_at > ${toIso(now - refreshAfterMs)}) limit 1`;
  if (recent.length > 0) return;
  await enqueueFetch(queue, await openFetch(sql, refreshOf(stream)));
}

const refreshOf = ({ streamId, target }: FetchableStream) =>
  ({
    streamId,
    target,
    full: false,
    provider: null,
    limit: null,
    refresh: 'DUE',
    priority: priorities.scheduled,
  }) as const;
