import type { Sql, TransactionSql } from 'postgres';
import { monthColumns, packedMonthsOf } from '../../db/packed-months.ts';
import { lockStreamRow } from '../../db/stream-lock.ts';
import { dayBucketsEnd } from '../../shared/activity-bucket.ts';
import { toDay } from '../../shared/instant.ts';
import { floorMonth } from '../../shared/month.ts';

/** Most months that one call makes. Each is a transaction of some milliseconds, 50 when posts are dense. */
const monthsAtOnce = 12;

/**
 * Makes missing rows of `activity_months` for a stream, newest first, up to the month before the current one: a live
 * chat changes the current one every second. Returns whether more can be made immediately. Safe to call at any time:
 * each month is a transaction, and an interrupted one changes nothing. `now`: the current time.
 */
export async function foldMonths(sql: Sql, streamId: number, now = Date.now()): Promise<boolean> {
  // One step on the primary key (stream_id, bucket) for each month: reading all quarter-hours takes a hundred times as
  // long.
  const missing = await sql<{ month: string }[]>`
    with recursive m (month) as (
      select (select date_trunc('month', min(a.bucket) at time zone 'UTC') from activity a
        where a.stream_id = ${streamId} and a.bucket >= ${dayBucketsEnd})
      union all
      select (select date_trunc('month', min(a.bucket) at time zone 'UTC') from activity a
        where a.stream_id = ${streamId} and a.bucket >= (m.month + interval '1 month') at time zone 'UTC')
      from m where m.month is not null
    )
    select m.month::date::text as month from m where m.month < ${toDay(floorMonth(now))}::text::date
      and not exists (select from activity_months k where k.stream_id = ${streamId} and k.month = m.month::date)
    order by m.month desc limit ${monthsAtOnce + 1}`;
  for (const { month } of missing.slice(0, monthsAtOnce)) {
    await sql.begin(async (tx) => {
      // Whoever changes a quarter-hour holds this lock, and waits.
      await lockStreamRow(tx, streamId);
      await foldMonth(tx, streamId, month);
      // No wait for the disk: a month lost in a power cut is made again.
      await tx`set local synchronous_commit = off`;
    });
  }
  return missing.length > monthsAtOnce;
}

async function foldMonth(tx: TransactionSql, streamId: number, month: string): Promise<void> {
  const columns = monthColumns.join(', ');
  const rows = `select * from activity where stream_id = $1::int
    and bucket >= $2::text::timestamp at time zone 'UTC'
    and bucket < ($2::text::timestamp + interval '1 month') at time zone 'UTC'`;
  await tx.unsafe(
    `insert into activity_months (${columns}) select ${columns} from (${packedMonthsOf(rows)}) m on conflict do nothing`,
    [streamId, month],
    // Planning takes longer than a month of few posts.
    { prepare: true },
  );
}

/**
 * Deletes the rows of `activity_months` for some UTC months. Call it in the transaction that changes their
 * quarter-hours.
 */
export async function dropMonths(
  tx: TransactionSql,
  streamId: number,
  months: readonly string[],
): Promise<void> {
  if (months.length === 0) return;
  await tx.unsafe(
    'delete from activity_months where stream_id = $1::int and month = any($2::text[]::date[])',
    [streamId, `{${months.join()}}`],
    { prepare: true },
  );
}

/** Like `dropMonths`, for several streams. */
export async function dropMonthsOf(
  tx: TransactionSql,
  changed: readonly { readonly streamId: number; readonly month: string }[],
): Promise<void> {
  if (changed.length === 0) return;
  await tx.unsafe(
    `delete from activity_months k using unnest($1::int[], $2::text[]::date[]) as c (stream_id, month)
     where k.stream_id = c.stream_id and k.month = c.month`,
    [`{${changed.map(({ streamId }) => streamId).join()}}`, `{${changed.map(({ month }) => month).join()}}`],
    { prepare: true },
  );
}
