import { randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import type { FetchProviderName } from '../providers/fetch-provider.ts';
import type { Fetchable } from '../shared/fetchable.ts';
import { type Refresh, widerRefresh } from '../shared/refresh.ts';
import { topicIdentity } from '../shared/topic.ts';
import { announceJob } from '../jobs/announce.ts';
import { type FetchPayload, fetchPayload } from '../jobs/payloads.ts';
import { firstFetchPosts } from './quote.ts';
import type { JobQueue } from '../jobs/queue.ts';

type Tx = Sql | TransactionSql;

/** A parsed fetch request: nothing of it is refused later. */
export type FetchOrder = {
  readonly target: Fetchable;
  /** The stream, when the caller means exactly this one, since handles change hands. Null: find it by the target. */
  readonly streamId: number | null;
  readonly full: boolean;
  readonly provider: FetchProviderName | null;
  readonly limit: number | null;
  readonly refresh: Refresh;
  readonly priority: number;
};

export type OpenFetch = {
  readonly jobId: string;
  readonly priority: number;
  /** What the queue does not know yet: a new job, or a higher priority; null when it is up to date. */
  readonly queueChange: 'NEW' | 'RAISED' | null;
};

/**
 * Finds the job that already waits or runs for the target, or creates one. Concurrent callers get the same job: the
 * index jobs_open_key allows one open job per key. A waiting job gets the priority of the most urgent caller, and does
 * everything that any caller asked for, by the provider it has. A running job stays as it is.
 */
export async function openFetch(sql: Tx, order: FetchOrder): Promise<OpenFetch> {
  for (;;) {
    const found = await findOrInsert(sql, order);
    // Another caller created the job during the look-up.
    if (found === null) continue;
    const { jobId, priority } = found;
    if (found.state === 'NEW') return { jobId, priority, queueChange: 'NEW' };
    const opened = await joinJob(sql, order, found);
    // The job has begun or was changed meanwhile.
    if (opened !== null) return opened;
  }
}

/** Adds the job to the queue, or raises its priority there. Call it after the transaction that opened the job is committed. */
export async function enqueueFetch(
  queue: JobQueue,
  { jobId, priority, queueChange }: OpenFetch,
): Promise<void> {
  const place = { kind: 'FETCH', priority } as const;
  if (queueChange === 'NEW') await queue.add(jobId, place);
  if (queueChange === 'RAISED') await queue.ensure(jobId, place);
}

/** Returns the key of a job whose stream is not known yet. */
const openKeyOf = (target: Fetchable): string =>
  target.kind === 'topic' ? `topic:${topicIdentity(target.query)}` : `account:${target.handle.toLowerCase()}`;

type Found = {
  readonly jobId: string;
  readonly state: string;
  readonly priority: number;
  readonly payload: unknown;
  /** Whether a part of the job is done. */
  readonly begun: boolean;
  readonly streamId: number | null;
};

/** Finds the open job, or creates one for the stream if it exists; null when another caller created one meanwhile. */
async function findOrInsert(sql: Tx, order: FetchOrder): Promise<Found | null> {
  const { target, full, provider, limit, refresh, priority } = order;
  const openKey = openKeyOf(target);
  const payload: FetchPayload = {
    source: 'fetch',
    target: target.kind === 'account' ? { ...target, streamId: null } : target,
    full,
    provider,
    limit,
    refresh,
  };
  // A job that created the stream itself still has the key of the handle or the query. Both look-ups use an index.
  const rows = await sql<Found[]>`
    with s as materialized (
      select (${streamOf(sql, order)}) as stream_id
    ), open as materialized (
      select job_id, state::text, priority, payload, cursor is not null as begun, stream_id from (
        select j.* from jobs j where open_key = any(array[${openKey}, (select 'stream:' || stream_id from s)])
        union all select j.* from s join jobs j using (stream_id)
      ) j where state in ('QUEUED', 'RUNNING') and kind = 'FETCH'
      order by created_at limit 1
    ), made as (
      insert into jobs (job_id, kind, provider, payload, open_key, priority, stream_id)
      select ${randomUUID()}::uuid, 'FETCH', ${provider}::provider, ${payloadOf(sql, payload)}, coalesce('stream:' || stream_id, ${openKey}),
        ${priority}::int, stream_id
      from s where not exists (select from open)
      on conflict (open_key) where state in ('QUEUED', 'RUNNING') do nothing
      returning job_id, 'NEW' as state, priority, payload, false as begun, stream_id
    )
    select job_id as "jobId", state, priority, payload, begun, stream_id as "streamId" from open union all
    select job_id, state, priority, payload, begun, stream_id from made`;
  const found = rows[0] ?? null;
  if (found?.state === 'NEW') announce(sql, { job: found.jobId });
  return found;
}

/** The job of an account stores the stream: by the time it runs, the handle may belong to someone else. */
const payloadOf = (sql: Tx, payload: FetchPayload) =>
  payload.target.kind === 'topic'
    ? sql`${sql.json(payload)}::jsonb`
    : sql`jsonb_set(${sql.json(payload)}::jsonb, '{target,streamId}', coalesce(to_jsonb(stream_id), 'null'))`;

function streamOf(sql: Tx, { streamId, target }: FetchOrder) {
  if (streamId !== null) return sql`select ${streamId}::int`;
  return target.kind === 'topic'
    ? sql`select stream_id from streams
        where kind = 'TOPIC' and platform = 'X' and identity = ${topicIdentity(target.query)}`
    : sql`select s.stream_id from accounts a join streams s on s.stream_id = a.stream_id
        where s.kind = 'ACCOUNT' and s.platform = 'X' and lower(a.handle) = ${target.handle.toLowerCase()}
        order by a.observed_at desc limit 1`;
}

/** Raises the priority of a waiting job and widens its payload; null when the job has changed since it was found. */
async function joinJob(sql: Tx, order: FetchOrder, found: Found): Promise<OpenFetch | null> {
  const { jobId, state, begun } = found;
  const before = fetchPayload.parse(found.payload);
  const payload = begun ? before : widened(before, order, found.streamId !== null);
  const priority = Math.min(found.priority, order.priority);
  const same = priority === found.priority && JSON.stringify(payload) === JSON.stringify(before);
  if (state !== 'QUEUED' || same) return { jobId, priority: found.priority, queueChange: null };
  const result = await sql`
    update jobs set priority = ${priority}, payload = ${sql.json(payload)}
    where job_id = ${jobId} and state = 'QUEUED' and priority = ${found.priority}
      and (cursor is not null) = ${begun} and payload = ${sql.json(found.payload as FetchPayload)}`; // safe: it was parsed above, and has to be compared as it is stored
  if (announceJob(sql, jobId, result).count === 0) return null;
  return { jobId, priority, queueChange: priority < found.priority ? 'RAISED' : null };
}

/** Merges an order into a job's payload. The provider stays, since it may be the free one. */
function widened(payload: FetchPayload, order: FetchOrder, isKnown: boolean): FetchPayload {
  const full = payload.full || order.full;
  const most = ({ limit }: { readonly limit: number | null }) =>
    limit ?? (full || isKnown ? Number.POSITIVE_INFINITY : firstFetchPosts);
  return {
    ...payload,
    full,
    limit: most(payload) >= most(order) ? payload.limit : order.limit,
    refresh: widerRefresh(payload.refresh, order.refresh),
  };
}
