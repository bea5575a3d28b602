import type { TransactionSql } from 'postgres';
import { BadInputError, NotFoundError } from '../shared/errors.ts';
import { accountKinds, type Condition } from './condition.ts';

/** Most streams that one alert names. */
export const streamsMax = 200;

/** Throws NOT_FOUND when a stream does not exist, BAD_INPUT when the alert cannot watch it. Null: all streams. */
export async function requireStreams(
  tx: TransactionSql,
  { kind }: Condition,
  streams: readonly number[] | null,
): Promise<void> {
  if (streams === null) return;
  if (streams.length === 0) throw new BadInputError('No stream given: leave streams out to watch all');
  if (streams.length > streamsMax) {
    throw new BadInputError(`Too many streams: ${streams.length} given, ${streamsMax} allowed`);
  }
  const rows = await tx<{ streamId: number; isAccount: boolean }[]>`
    select stream_id as "streamId", kind = 'ACCOUNT' as "isAccount" from streams
    where stream_id = any(${streams as number[]}::int[])`; // safe: it is only read
  const found = new Map(rows.map((row) => [row.streamId, row.isAccount]));
  for (const streamId of streams) {
    if (!found.has(streamId)) throw new NotFoundError('No such stream: it may have been deleted meanwhile');
    if (accountKinds.includes(kind) && found.get(streamId) === false) {
      throw new BadInputError('Only accounts have followers and normal likes: leave out topics and channels');
    }
  }
}

/**
 * Starts to watch: a saved search reports only posts from now on; other conditions check the present state at once.
 * Posts that waited for an event are dropped.
 */
export async function beginWatch(
  tx: TransactionSql,
  alertId: number,
  { kind }: Condition,
  streams: readonly number[] | null,
): Promise<void> {
  await tx`delete from alert_posts where alert_id = ${alertId} and event_id is null`;
  await tx`delete from alert_streams where alert_id = ${alertId} and told_at is null`;
  if (kind !== 'POSTS') {
    await tx`update alert_streams set seen_version = -1 where alert_id = ${alertId}`;
    return;
  }
  await tx`
    insert into alert_streams as c (alert_id, stream_id, seen_version, seen_arrived)
    select ${alertId}, stream_id, version, arrived from streams
    where ${streams === null ? tx`true` : tx`stream_id = any(${streams as number[]}::int[])`}
    on conflict (alert_id, stream_id) do update set seen_version = excluded.seen_version,
      seen_arrived = excluded.seen_arrived`;
}
