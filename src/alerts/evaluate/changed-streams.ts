import type { TransactionSql } from 'postgres';
import type { Database } from '../../db/client.ts';
import type { LockedAlert } from '../lock.ts';

/** Streams that one evaluation looks at, at most: the others come in the next one. */
const streamsAtOnce = 50;

/** A stream that changed since the alert looked at it. */
export type ChangedStream = {
  readonly streamId: number;
  readonly title: string;
  readonly version: number;
  readonly arrived: number;
  /** How many of its own posts had come in when the alert last looked. */
  readonly seen: number;
  /** The ids of the last of them, at most 200, in the order in which they came. */
  readonly last: readonly string[];
  /** When the figures were read of which the last event of this stream told, in milliseconds; null before. */
  readonly toldAt: number | null;
};

export type Changed = {
  readonly streams: readonly ChangedStream[];
  /** Others changed, too. */
  readonly more: boolean;
};

/**
 * The streams of the alert that changed since it looked at them. The store says so, not the news: what a crash or an
 * outage kept from being told is found all the same.
 */
export async function listChanged(
  tx: TransactionSql,
  alert: LockedAlert,
  kind: 'any' | 'accounts',
): Promise<Changed> {
  const rows = await tx<ChangedStream[]>`
    select s.stream_id as "streamId", s.title, s.version::float8, s.arrived::float8, s.arrivals as last,
      coalesce(c.seen_arrived, 0)::float8 as seen, (extract(epoch from c.told_at) * 1000)::float8 as "toldAt"
    from streams s left join alert_streams c on c.alert_id = ${alert.alertId} and c.stream_id = s.stream_id
    where s.version > coalesce(c.seen_version, -1) ${inScope(tx, alert.streams)}
      ${kind === 'accounts' ? tx`and s.kind = 'ACCOUNT'` : tx``}
    order by s.stream_id limit ${streamsAtOnce + 1}`;
  return { streams: rows.slice(0, streamsAtOnce), more: rows.length > streamsAtOnce };
}

/** Which streams `s` an alert watches. */
export const inScope = (tx: TransactionSql | Database['sql'], streams: readonly number[] | null) =>
  streams === null ? tx`` : tx`and s.stream_id = any(${streams as number[]}::int[])`; // safe: it is only read

/** Notes that the alert has looked at these streams as they were. */
export async function noteLooked(
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
