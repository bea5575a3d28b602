import type { Sql, TransactionSql } from 'postgres';
import { fetchableOf, type FetchableStream } from '../shared/fetchable.ts';
import { toIso } from '../shared/instant.ts';
import { handOver, type OpenFetch, openFetch } from './open-fetch.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { priorities } from '../jobs/store.ts';

/** As many as one transaction takes: the rest comes with the next call. */
const dueAtOnce = 100;

/**
 * Takes the streams whose refresh is due, the longest overdue first, and sets each to its next one after `now`: runs
 * that were missed are skipped, not made up for. Two callers never get the same. A stream that is being written to is
 * left for the next call. Served by streams_track.
 */
async function takeDue(tx: TransactionSql, now: number): Promise<readonly FetchableStream[]> {
  const at = toIso(now);
  const rows = await tx<{ streamId: number; handle: string | null; title: string }[]>`
    with due as materialized (
      select stream_id from streams where track_next_at <= ${at} and platform = 'X' and kind in ('ACCOUNT', 'TOPIC')
      order by track_next_at limit ${dueAtOnce} for update skip locked
    ), taken as (
      update streams s set track_next_at = track_next_at + interval '1 millisecond' * track_every_ms
        * (floor(extract(epoch from ${at}::timestamptz - track_next_at) * 1000 / track_every_ms) + 1)
      from due where s.stream_id = due.stream_id
      returning s.stream_id, s.title
    )
    select t.stream_id as "streamId", t.title, a.handle from taken t left join accounts a on a.stream_id = t.stream_id
    order by t.stream_id`;
  return rows.map((row) => ({ streamId: row.streamId, target: fetchableOf(row) }));
}

type Enqueueing = { readonly sql: Sql; readonly queue: JobQueue; readonly now: number };

/**
 * Enqueues a fetch of every stream that is due, behind whatever people asked for, and gives the jobs' ids. To be called
 * every few seconds where a provider is configured; any number of processes may. The runs are taken and their jobs
 * written together: a crash loses none.
 */
export async function enqueueDue({ sql, queue, now }: Enqueueing): Promise<readonly string[]> {
  const jobs = await sql.begin(async (tx) => {
    const opened: OpenFetch[] = [];
    for (const stream of await takeDue(tx, now)) opened.push(await openFetch(tx, refreshOf(stream)));
    return opened;
  });
  for (const job of jobs) await handOver(queue, job);
  return jobs.map((job) => job.jobId);
}

/**
 * Enqueues a fetch of a stream that somebody looked at and found stale, unless one was begun within the refresh
 * interval: one that fails each time is not tried again at every look.
 */
export async function enqueueStale(
  { sql, queue, now }: Enqueueing,
  stream: FetchableStream,
  refreshAfterMs: number,
): Promise<void> {
  // By jobs_stream, whose newest rows these are.
  const recent = await sql`
    select 1 from jobs where stream_id = ${stream.streamId} and kind = 'FETCH'
      and (state in ('QUEUED', 'RUNNING') or created_at > ${toIso(now - refreshAfterMs)}) limit 1`;
  if (recent.length > 0) return;
  await handOver(queue, await openFetch(sql, refreshOf(stream)));
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
