import type { TransactionSql } from 'postgres';
import type { Database } from '../../db/client.ts';
import type { LockedAlert } from '../lock.ts';

/** Most streams that one evaluation checks; the rest follow in the next. */
const streamsAtOnce = 50;

/** A stream that has changed since the alert last checked it. */
export type ChangedStream = {
  readonly streamId: number;
  readonly title: string;
  readonly version: number;
  readonly arrived: number;
  /** How many of its own posts had arrived when the alert last checked. */
  readonly seen: number;
  /** The ids of the last 200 arrivals, in order of arrival. */
  readonly last: readonly string[];
  /** When the reading was made that the last event of this stream reported, in milliseconds; null before. */
  readonly reportedAt: number | null;
};

export type Changed = {
  readonly streams: readonly ChangedStream[];
  /** Whether more streams have changed. */
  readonly more: boolean;
};

/**
 * Lists the streams of the alert that have changed since it last checked. It reads the store, not the notifications, so
 * that changes are found even when a crash or an outage lost a notification.
 */
export async function listChanged(
  tx: TransactionSql,
  alert: LockedAlert,
  kind: 'any' | 'accounts',
): Promise<Changed> {
  const rows = await tx<ChangedStream[]>`
    select s.stream_id as "streamId", s.title, s.version::float8, s.arrived::float8, s.arrivals as last,
      coalesce(c.seen_arrived, 0)::float8 as seen, (extract(epoch from c.told_at) * 1000)::float8 as "reportedAt"
    from streams s left join alert_streams c on c.alert_id = ${alert.alertId} and c.stream_id = s.stream_id
    where s.version > coalesce(c.seen_version, -1) ${inScope(tx, alert.streams)}
      ${kind === 'accounts' ? tx`and s.kind = 'ACCOUNT'` : tx``}
    order by s.stream_id limit ${streamsAtOnce + 1}`;
  return { streams: rows.slice(0, streamsAtOnce), more: rows.length > streamsAtOnce };
}

/** SQL condition: the streams `s` that an alert watches. */
export const inScope = (tx: TransactionSql | Database['sql'], streams: readonly number[] | null) =>
  streams === null ? tx`` : tx`and s.stream_id = any(${streams as number[]}::int[])`; // safe: it is only read

/** Records that the alert has checked these streams in their current state. */
export async function recordChecked(
  tx: TransactionSql,
  alertId: number,
  streams: readonly ChangedStream[],
): Promise<void> {
  if (streams.length === 0) return;
  await tx`
    insert into alert_streams as c (alert_id, stream_id, seen_version, seen_arrived)
    select ${alertId}, * from unnest(${streams.map((s) => s.streamId)}::int[],
      ${streams.map((s) => String(s.version))}::bigint[], ${streams.map((s) => String(s.arrived))}::bigint[])
    on conflict (alert_id, stream_id) do update set seen_version = excluded.seen_version,
      seen_arrived = excluded.seen_arrived`;
}
