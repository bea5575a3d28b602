import type { TransactionSql } from 'postgres';
import { fetchableOf, type FetchableStream } from '../shared/fetchable.ts';
import { toIso } from '../shared/instant.ts';
import { touchAll } from './touch.ts';

/** The most streams that one call takes; the next call takes the rest. */
const dueAtOnce = 100;

/**
 * Takes the streams whose refresh is due, the longest overdue first, and sets the next refresh of each after `now`.
 * Missed runs are skipped, not made up for. Two callers never get the same stream. A stream that is being written to
 * is left for the next call. Served by streams_track.
 */
export async function takeDue(tx: TransactionSql, now: number): Promise<readonly FetchableStream[]> {
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
  await touchAll(
    tx,
    rows.map((row) => row.streamId),
  );
  return rows.map((row) => ({ streamId: row.streamId, target: fetchableOf(row) }));
}
