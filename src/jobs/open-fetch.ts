import { randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import { jobNotice } from '../db/changes.ts';
import type { FetchProviderName } from '../providers/fetch-provider.ts';
import { topicIdentity } from '../shared/topic.ts';
import type { FetchPayload } from './payloads.ts';

type Tx = Sql | TransactionSql;

/** What is to be fetched: parsed, so that nothing of it is refused later. */
export type FetchOrder = {
  readonly target:
    | { readonly kind: 'account'; readonly handle: string }
    | { readonly kind: 'topic'; readonly query: string };
  /** The stream, where the caller means that one and no other: handles change hands. Null: look for it. */
  readonly streamId: number | null;
  readonly full: boolean;
  readonly provider: FetchProviderName | null;
  readonly limit: number | null;
  readonly priority: number;
};

/** `changed`: the queue has yet to hear of it, or of its higher priority. */
export type OpenFetch = { readonly jobId: string; readonly priority: number; readonly changed: boolean };

/**
 * The job that fetches what is ordered: the one that waits or is under way for it, else a new one. However many ask at
 * once, they get the same: the index jobs_open_subject allows one open job a subject. One that waits comes as far
 * forward as the most urgent of those who asked.
 */
export async function openFetch(sql: Tx, order: FetchOrder): Promise<OpenFetch> {
  for (;;) {
    const streamId = order.streamId ?? (await findStreamId(sql, order.target));
    const open =
      (await raiseOpen(sql, order, streamId)) ??
      (await insertFetch(sql, order, streamId)) ??
      // Somebody else's came between the two.
      (await raiseOpen(sql, order, streamId));
    if (open !== null) return open;
    // It ended meanwhile.
  }
}

/** The stream of an account or a topic; null where nothing was collected of it yet. */
async function findStreamId(sql: Tx, target: FetchOrder['target']): Promise<number | null> {
  const rows =
    target.kind === 'topic'
      ? await sql<{ streamId: number }[]>`
          select stream_id as "streamId" from streams
          where kind = 'TOPIC' and platform = 'X' and identity = ${topicIdentity(target.query)}`
      : await sql<{ streamId: number }[]>`
          select s.stream_id as "streamId" from accounts a join streams s on s.stream_id = a.stream_id
          where s.kind = 'ACCOUNT' and s.platform = 'X' and lower(a.handle) = ${target.handle.toLowerCase()}
          order by a.observed_at desc limit 1`;
  return rows[0]?.streamId ?? null;
}

/** What a job is about while its stream is not known. */
const subjectOf = (target: FetchOrder['target']): string =>
  target.kind === 'topic' ? `topic:${topicIdentity(target.query)}` : `account:${target.handle.toLowerCase()}`;

/** The open job, its priority raised where it still waits; null where there is none. */
async function raiseOpen(sql: Tx, order: FetchOrder, streamId: number | null): Promise<OpenFetch | null> {
  // A job that made the stream itself still goes by the handle or the query.
  const subjects = [subjectOf(order.target), `stream:${streamId}`];
  const rows = await sql<{ jobId: string; state: string; priority: number }[]>`
    select job_id as "jobId", state, priority from jobs
    where state in ('QUEUED', 'RUNNING') and kind = 'FETCH'
      and (subject = any(${subjects}::text[]) or stream_id = ${streamId})
    order by created_at limit 1`;
  const [open] = rows;
  if (open === undefined) return null;
  const { jobId, state, priority } = open;
  if (state !== 'QUEUED' || priority <= order.priority) return { jobId, priority, changed: false };
  const raised = await sql`
    update jobs set priority = ${order.priority}
    where job_id = ${jobId} and state = 'QUEUED' and priority > ${order.priority}
    returning ${sql.unsafe(jobNotice)}`;
  return { jobId, priority: order.priority, changed: raised.length > 0 };
}

/** A new job; null where another was there first. */
async function insertFetch(sql: Tx, order: FetchOrder, streamId: number | null): Promise<OpenFetch | null> {
  const { target, full, provider, limit, priority } = order;
  const jobId = randomUUID();
  const payload: FetchPayload = {
    source: 'fetch',
    target: target.kind === 'account' ? { ...target, streamId } : target,
    full,
    provider,
    limit,
  };
  const subject = streamId === null ? subjectOf(target) : `stream:${streamId}`;
  const rows = await sql`
    insert into jobs (job_id, kind, provider, payload, subject, priority, stream_id)
    values (${jobId}, 'FETCH', ${provider}, ${sql.json(payload)}, ${subject}, ${priority}, ${streamId})
    on conflict (subject) where state in ('QUEUED', 'RUNNING') do nothing
    returning ${sql.unsafe(jobNotice)}`;
  return rows.length === 0 ? null : { jobId, priority, changed: true };
}
