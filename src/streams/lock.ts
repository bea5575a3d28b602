import type { TransactionSql } from 'postgres';
import { lockStreamRow, streamLock } from '../db/stream-lock.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { Platform } from '../shared/post.ts';

/**
 * Locks a stream until the transaction ends. Every change of its posts, rollups or profile holds this lock, and takes
 * it before any lock on a job. Returns its platform. Throws NotFoundError when there is no such stream.
 */
export async function lockStream(tx: TransactionSql, streamId: number): Promise<Platform> {
  const platform = await lockStreamRow(tx, streamId);
  if (platform === null) throw new NotFoundError('No such stream: it may have been deleted meanwhile');
  return platform;
}

/**
 * Locks several streams without waiting. Returns those that exist and that nobody else had locked. It locks in the
 * order of ids, so that two callers do not wait for each other.
 */
export async function lockStreams(
  tx: TransactionSql,
  streamIds: readonly number[],
): Promise<ReadonlySet<number>> {
  // The advisory locks are tried for the given ids alone: as a condition on rows they might be tried for all rows.
  const rows = await tx<{ streamId: number }[]>`
    select stream_id as "streamId" from streams where stream_id = any(array(
      select id from unnest(${streamIds as number[]}::int[]) as id where pg_try_advisory_xact_lock(${streamLock}, id)))
    order by stream_id for update skip locked`; // safe: it is only read
  return new Set(rows.map(({ streamId }) => streamId));
}
