import { randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import { dayColumns, dayMessageColumns, daysOf, isCounted, isMadeDay } from '../../db/packed-chatters.ts';
import { lockStreamRow } from '../../db/stream-lock.ts';
import { dayBucketsEnd } from '../../shared/activity-bucket.ts';
import { dayMs, hourMs, quarterMs, toDay, toIso } from '../../shared/instant.ts';

/** Most days that one call makes. A day takes some 13 µs per message. */
const daysAtOnce = 8;
/**
 * How old messages must be to be packed on the current day. A ban deletes up to an hour of messages before it, and a
 * day with deleted messages must be made again.
 */
const restedMs = hourMs + quarterMs;
/**
 * The current day is made again when it grew by at least this much, and at least doubled. So a message is packed only a
 * few times.
 */
const worthFoldingMs = hourMs;

/** The channels whose `chatter_days` may be incomplete. One row a stream: a scan of few pages. */
export async function listBehind(sql: Sql): Promise<readonly number[]> {
  const rows = await sql<{ streamId: number }[]>`
    select stream_id as "streamId" from streams
    where kind = 'CHANNEL' and chatters_folded <> version and latest_post_at is not null order by stream_id`;
  return rows.map(({ streamId }) => streamId);
}

/** A day to make, up to an instant. */
type Due = { readonly day: string; readonly until: string };

/**
 * Makes missing rows of `chatter_days` for a channel, newest first. Returns whether more can be made immediately. Safe
 * to call at any time; an interrupted call changes nothing that is read. `now`: the current time.
 */
export async function foldChatters(sql: Sql, streamId: number, now = Date.now()): Promise<boolean> {
  const restedTo = now - restedMs - ((now - restedMs) % quarterMs);
  const version = await findVersion(sql, streamId);
  const due = await listDue(sql, streamId, restedTo);
  let made = 0;
  for (const one of due.slice(0, daysAtOnce)) if (await foldDay(sql, streamId, one)) made += 1;
  // More will come on the current day. A change in the meantime has raised the version.
  if (due.length === 0)
    await sql`
      update streams set chatters_folded = ${version}
      where stream_id = ${streamId} and latest_post_at < ${toIso(restedTo - (restedTo % dayMs))}`;
  return made > 0;
}

async function findVersion(sql: Sql, streamId: number): Promise<number> {
  const [row] = await sql<{ version: number }[]>`
    select version::float8 from streams where stream_id = ${streamId}`;
  return row?.version ?? 0;
}

/**
 * The days with messages that have no row, or a row that can be extended. One step on the primary key of `activity` for
 * each day.
 */
async function listDue(sql: Sql, streamId: number, restedTo: number): Promise<readonly Due[]> {
  const rested = toIso(restedTo);
  return sql<Due[]>`
    with recursive d (day) as (
      select (select (min(a.bucket) at time zone 'UTC')::date from activity a
        where a.stream_id = ${streamId} and a.bucket >= ${dayBucketsEnd})
      union all
      select (select (min(a.bucket) at time zone 'UTC')::date from activity a
        where a.stream_id = ${streamId} and a.bucket >= (d.day + 1)::timestamp at time zone 'UTC')
      from d where d.day is not null
    ), day as (
      select d.day, d.day::timestamp at time zone 'UTC' as start,
        least((d.day + 1)::timestamp at time zone 'UTC', ${rested}::timestamptz) as until from d
    )
    select d.day::text, d.until::text from day d
      left join chatter_days k on k.stream_id = ${streamId} and k.day = d.day and ${sql.unsafe(isMadeDay('k'))}
    where d.until - coalesce(k.until, d.start)
        >= greatest(${worthFoldingMs} * interval '1 millisecond', coalesce(k.until - d.start, interval '0'))
      or d.until > coalesce(k.until, d.start) and d.until < ${rested}
    order by d.day desc limit ${daysAtOnce + 1}`;
}

/**
 * Locks the stream only while it notes that the row is being made. Whoever changes the day afterwards deletes the row,
 * and earlier holders of the lock have written what is read here. So nobody waits while the messages are read. Returns
 * whether there is a row now.
 */
async function foldDay(sql: Sql, streamId: number, { day, until }: Due): Promise<boolean> {
  const making = randomUUID();
  const isBegun = await sql.begin(async (tx) => {
    if (!(await takeTurn(tx, streamId))) return false;
    if ((await lockStreamRow(tx, streamId)) === null) return false;
    await tx`delete from chatter_days where stream_id = ${streamId} and day = ${day}`;
    await tx`
      insert into chatter_days (stream_id, day, until, making) values (${streamId}, ${day}, ${until}, ${making})`;
    return true;
  });
  if (!isBegun) return false;
  return sql.begin(async (tx) => {
    if (!(await takeTurn(tx, streamId))) return false;
    const made = await tx.unsafe(
      `update chatter_days k set making = null, ${dayColumns.map((name) => `${name} = p.${name}`).join(', ')}
       from (${daysOf(messagesOfDay)}) p
       where k.stream_id = $1::int and k.day = $2::text::date and k.making = $4::text::uuid`,
      [streamId, day, until, making],
    );
    // The day only has later messages, or another transaction deleted the row.
    if (made.count === 0)
      await tx`delete from chatter_days where stream_id = ${streamId} and day = ${day} and making = ${making}`;
    // No wait for the disk: a day lost in a power cut is made again.
    await tx`set local synchronous_commit = off`;
    return made.count > 0;
  });
}

/** Served by posts_created. */
const messagesOfDay = `
  select ${dayMessageColumns}
  from posts p where p.stream_id = $1::int and ${isCounted}
    and p.created_at >= $2::text::timestamp at time zone 'UTC' and p.created_at < $3::text::timestamptz`;

/** Class of the advisory locks that this folding takes, one per stream. */
const foldingLock = 20_261_131;

/**
 * Whether nobody else folds the stream. Otherwise two folders would do the same work and one result would be discarded.
 */
async function takeTurn(tx: TransactionSql, streamId: number): Promise<boolean> {
  const [row] = await tx<{ taken: boolean }[]>`
    select pg_try_advisory_xact_lock(${foldingLock}, ${streamId}) as taken`;
  return row?.taken === true;
}

/** A day with changed messages, and the minute of the earliest of them. */
export type ChangedDay = { readonly streamId: number; readonly day: string; readonly from: number };

/** Groups minutes by day. */
export function changedDaysOf(streamId: number, minutes: Iterable<number>): readonly ChangedDay[] {
  const from = new Map<number, number>();
  for (const minute of minutes) {
    const day = Math.floor(minute / dayMs);
    from.set(day, Math.min(minute, from.get(day) ?? minute));
  }
  return [...from].map(([day, first]) => ({ streamId, day: toDay(day * dayMs), from: first }));
}

/** Deletes the rows of `chatter_days` that contain changed messages. Call it in the transaction that changes them. */
export async function dropChatterDays(tx: TransactionSql, changed: readonly ChangedDay[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.unsafe(
    `delete from chatter_days k using unnest($1::int[], $2::text[]::date[], $3::text[]::timestamptz[]) as c (stream_id, day, changed_from)
     where k.stream_id = c.stream_id and k.day = c.day and k.until > c.changed_from`,
    [
      `{${changed.map(({ streamId }) => streamId).join()}}`,
      `{${changed.map(({ day }) => day).join()}}`,
      `{${changed.map(({ from }) => toIso(from)).join()}}`,
    ],
    { prepare: true },
  );
}
