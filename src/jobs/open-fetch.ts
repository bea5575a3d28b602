import { randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import { jobNotice } from '../db/changes.ts';
import type { FetchProviderName } from '../providers/fetch-provider.ts';
import type { Fetchable } from '../shared/fetchable.ts';
import { topicIdentity } from '../shared/topic.ts';
import type { FetchPayload } from './payloads.ts';
import type { JobQueue } from './queue.ts';

type Tx = Sql | TransactionSql;

/** What is to be fetched: parsed, so that nothing of it is refused later. */
export type FetchOrder = {
  readonly target: Fetchable;
  /** The stream, where the caller means that one and no other: handles change hands. Null: look for it. */
  readonly streamId: number | null;
  readonly full: boolean;
  readonly provider: FetchProviderName | null;
  readonly limit: number | null;
  readonly priority: number;
};

export type OpenFetch = {
  readonly jobId: string;
  readonly priority: number;
  /** What the queue has yet to hear of: the job, or its higher priority; null where it knows all. */
  readonly news: 'NEW' | 'RAISED' | null;
};

/**
 * The job that fetches what is ordered: the one that waits or is under way for it, else a new one. However many ask at
 * once, they get the same: the index jobs_open_subject allows one open job a subject. One that waits comes as far
 * forward as the most urgent of those who asked.
 */
export async function openFetch(sql: Tx, order: FetchOrder): Promise<OpenFetch> {
  for (;;) {
    const found = await findOrInsert(sql, order);
    // None where somebody else's came while this one was looking.
    if (found !== null) return found.state === 'NEW' ? { ...found, news: 'NEW' } : raise(sql, order, found);
  }
}

/** Tells the queue what it does not know yet; to be called once what opened the job is committed. */
export async function handOver(queue: JobQueue, { jobId, priority, news }: OpenFetch): Promise<void> {
  const place = { kind: 'FETCH', priority } as const;
  if (news === 'NEW') await queue.add(jobId, place);
  if (news === 'RAISED') await queue.ensure(jobId, place);
}

/** What a job is about while its stream is not known. */
const subjectOf = (target: Fetchable): string =>
  target.kind === 'topic' ? `topic:${topicIdentity(target.query)}` : `account:${target.handle.toLowerCase()}`;

type Found = { readonly jobId: string; readonly state: string; readonly priority: number };

/** The open job, else a new one for the stream, where anything was collected of it; null where another came between. */
async function findOrInsert(sql: Tx, order: FetchOrder): Promise<Found | null> {
  const { target, full, provider, limit, priority } = order;
  const subject = subjectOf(target);
  const payload: FetchPayload = {
    source: 'fetch',
    target: target.kind === 'account' ? { ...target, streamId: null } : target,
    full,
    provider,
    limit,
  };
  // A job that made the stream itself still goes by the handle or the query. Each of the two looks has its index.
  const rows = await sql<Found[]>`
    with s as materialized (
      select (${streamOf(sql, order)}) as stream_id
    ), open as materialized (
      select job_id, state::text, priority from (
        select j.* from jobs j where subject = any(array[${subject}, (select 'stream:' || stream_id from s)])
        union all select j.* from s join jobs j using (stream_id)
      ) j where state in ('QUEUED', 'RUNNING') and kind = 'FETCH'
      order by created_at limit 1
    ), made as (
      insert into jobs (job_id, kind, provider, payload, subject, priority, stream_id)
      select ${randomUUID()}::uuid, 'FETCH', ${provider}::provider, ${payloadOf(sql, payload)}, coalesce('stream:' || stream_id, ${subject}),
        ${priority}::int, stream_id
      from s where not exists (select from open)
      on conflict (subject) where state in ('QUEUED', 'RUNNING') do nothing
      returning job_id, 'NEW' as state, priority, ${sql.unsafe(jobNotice)}
    )
    select job_id as "jobId", state, priority from open union all select job_id, state, priority from made`;
  return rows[0] ?? null;
}

/** An account's job keeps the stream: by the time it runs, the handle may be somebody else's. */
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

/** The open job, brought forward where it still waits. */
async function raise(sql: Tx, order: FetchOrder, { jobId, state, priority }: Found): Promise<OpenFetch> {
  if (state !== 'QUEUED' || priority <= order.priority) return { jobId, priority, news: null };
  const raised = await sql`
    update jobs set priority = ${order.priority}
    where job_id = ${jobId} and state = 'QUEUED' and priority > ${order.priority}
    returning ${sql.unsafe(jobNotice)}`;
  return { jobId, priority: order.priority, news: raised.length > 0 ? 'RAISED' : null };
}
