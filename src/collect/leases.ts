import type { Sql, TransactionSql } from 'postgres';
import { announceJob } from '../jobs/announce.ts';
import { type JobEvent, withEvent } from '../jobs/events.ts';
import { JobStoppedError } from '../jobs/lease.ts';
import { toIso } from '../shared/instant.ts';
import type { ProviderName } from '../shared/post.ts';
import { messageText } from '../shared/text.ts';

/** A channel whose chat this process collects. */
export type Collection = {
  readonly jobId: string;
  readonly streamId: number;
  /** The channel's current name. */
  readonly login: string;
  /** Its Twitch id; null while unknown. */
  readonly channelId: string | null;
};

/** The key of a channel's job. Only one open job can have it, so that a channel is not collected twice. */
export const collectKey = (streamId: number): string => `collect:${streamId}`;

/** A collector that is silent for this time loses its channels. */
const leaseMs = 10_000;
/** How often a collector reports that it is alive. */
export const beatMs = 2_000;
/** Rows of dead collectors are deleted after this time. */
const forgottenMs = 3_600_000;

const takenOver = { message: 'Another collector took over: the previous one had ended or was unreachable' };

/** Records that a collector is alive. */
export async function beat(sql: Sql, collectorId: string, now: number): Promise<void> {
  await sql`
    with gone as (delete from collectors where until < ${toIso(now - forgottenMs)})
    insert into collectors (collector_id, until) values (${collectorId}, ${toIso(now + leaseMs)})
    on conflict (collector_id) do update set until = excluded.until`;
}

const columns = (sql: Sql) => sql`
  j.job_id as "jobId", j.stream_id as "streamId", coalesce(a.handle, j.payload ->> 'login') as login,
  a.platform_id as "channelId"`;

/** Lists the channels of a collector. */
export const listHeld = (sql: Sql, collectorId: string): Promise<readonly Collection[]> =>
  sql<Collection[]>`
    select ${columns(sql)} from jobs j left join accounts a on a.stream_id = j.stream_id
    where j.state = 'RUNNING' and j.kind = 'COLLECT' and j.collector = ${collectorId}`;

/** Takes at most `most` channels that have no collector, or a dead one. */
export async function takeChannels(
  sql: Sql,
  collectorId: string,
  most: number,
  now: number,
): Promise<number> {
  if (most <= 0) return 0;
  const rows = await sql<{ jobId: string }[]>`
    update jobs set collector = ${collectorId}, lease = lease + 1,
      attempts = attempts + 1, message = 'Joining the chat', started_at = coalesce(started_at, now()), finished_at = null,
      events = case when state = 'RUNNING' then ${withEvent(sql, takenOver)} else events end,
      state = 'RUNNING', recent_posts_per_second = 0, progress_at = now()
    where job_id in (
      select job_id from jobs j
      where kind = 'COLLECT' and (state = 'QUEUED' or state = 'RUNNING' and not exists (
        select 1 from collectors c where c.collector_id = j.collector and c.until > ${toIso(now)}))
      order by created_at limit ${most} for update skip locked)
    returning job_id as "jobId"`;
  for (const { jobId } of rows) announceJob(sql, jobId, rows);
  return rows.length;
}

/** Releases all channels of a collector, so that others can take them at once. */
export async function releaseChannels(sql: Sql, collectorId: string): Promise<void> {
  const message = 'Its worker was stopped: collecting continues when another one runs';
  const rows = await sql<{ jobId: string }[]>`
    update jobs set collector = null, state = 'QUEUED', message = 'Waiting for a collector', attempts = attempts - 1,
      progress_at = now(), events = ${withEvent(sql, { message, once: true })}
    where state = 'RUNNING' and kind = 'COLLECT' and collector = ${collectorId} returning job_id as "jobId"`;
  for (const { jobId } of rows) announceJob(sql, jobId, rows);
  await sql`delete from collectors where collector_id = ${collectorId}`;
}

type Changes = {
  readonly message?: string;
  readonly event?: JobEvent | null;
  /** The provider that reads the chat now; left out: unchanged. */
  readonly provider?: ProviderName;
};

/** Updates the state of a channel's job, while this collector has it. */
export async function reportCollection(
  sql: Sql,
  { jobId }: Collection,
  collectorId: string,
  { message, event = null, provider }: Changes,
): Promise<void> {
  const result = await sql`
    update jobs set message = ${message === undefined ? sql`message` : messageText(message)},
      events = ${withEvent(sql, event)}, progress_at = now(),
      provider = ${provider === undefined ? sql`provider` : provider}
    where job_id = ${jobId} and state = 'RUNNING' and collector = ${collectorId}`;
  announceJob(sql, jobId, result);
}

type Counted = {
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly removed: number;
  readonly recentPostsPerSecond: number;
};

/**
 * Counts messages in the transaction that writes them, whichever collector has the channel by now: a message that two
 * collectors received is stored once. Throws JobStoppedError when the channel is no longer collected.
 */
export async function countCollected(tx: TransactionSql, streamId: number, counted: Counted): Promise<void> {
  const { fetched, inserted, updated, removed, recentPostsPerSecond } = counted;
  const rows = await tx<{ jobId: string }[]>`
    update jobs set fetched = fetched + ${fetched}, inserted = inserted + ${inserted}, updated = updated + ${updated},
      gone = coalesce(gone, 0) + ${removed}, pages = pages + 1, progress_at = now(),
      recent_posts_per_second = ${recentPostsPerSecond},
      posts_per_second = round(((fetched + ${fetched}) / greatest(1, extract(epoch from clock_timestamp() - started_at)))::numeric, 3)
    where open_key = ${collectKey(streamId)} and state in ('QUEUED', 'RUNNING') returning job_id as "jobId"`;
  const [job] = rows;
  if (job === undefined) throw new JobStoppedError('The chat is no longer collected');
  announceJob(tx, job.jobId, rows);
}

/**
 * Returns which of these channels are still collected, and locks their jobs; skips jobs that are locked by others. The
 * caller holds the locks of the streams.
 */
export async function lockCollected(
  tx: TransactionSql,
  streamIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await tx<{ streamId: number }[]>`
    select stream_id as "streamId" from jobs
    where open_key = any(${streamIds.map(collectKey)}) and state in ('QUEUED', 'RUNNING')
    order by job_id for update skip locked`;
  return new Set(rows.map(({ streamId }) => streamId));
}

type NewCounted = {
  readonly streamId: number;
  readonly inserted: number;
  readonly recentPostsPerSecond: number;
};

/** Counts new messages of several channels in the transaction that writes them. The caller has locked their jobs. */
export async function countNew(tx: TransactionSql, counted: readonly NewCounted[]): Promise<void> {
  const rows = await tx<{ jobId: string }[]>`
    update jobs j set fetched = fetched + c.n, inserted = inserted + c.n, gone = coalesce(gone, 0), pages = pages + 1,
      progress_at = now(), recent_posts_per_second = c.recent,
      posts_per_second = round(((fetched + c.n) / greatest(1, extract(epoch from clock_timestamp() - started_at)))::numeric, 3)
    from unnest(${counted.map(({ streamId }) => collectKey(streamId))}::text[], ${counted.map(({ inserted }) => inserted)}::int[],
      ${counted.map((each) => each.recentPostsPerSecond)}::float8[]) as c (key, n, recent)
    where j.open_key = c.key and j.state in ('QUEUED', 'RUNNING') returning j.job_id as "jobId"`;
  for (const { jobId } of rows) announceJob(tx, jobId, rows);
}

/** Counts received messages that could not be stored. */
export async function countDropped(sql: Sql, streamId: number, dropped: number, why: string): Promise<void> {
  const event = { message: `${dropped} ${dropped === 1 ? 'message was' : 'messages were'} dropped: ${why}` };
  const rows = await sql<{ jobId: string }[]>`
    update jobs set rejected = rejected + ${dropped}, events = ${withEvent(sql, event)}, progress_at = now()
    where open_key = ${collectKey(streamId)} and state in ('QUEUED', 'RUNNING') returning job_id as "jobId"`;
  for (const { jobId } of rows) announceJob(sql, jobId, rows);
}
