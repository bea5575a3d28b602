import type { TransactionSql } from 'postgres';
import { NotFoundError } from '../shared/errors.ts';
import type { Platform } from '../shared/post.ts';

/**
 * Locks a stream until the transaction ends. Whoever changes its posts, rollups or profile holds this lock, and takes it
 * before any lock on a job. Returns its platform. Throws NotFoundError when there is no such stream.
 */
export async function lockStream(tx: TransactionSql, streamId: number): Promise<Platform> {
  const [row] = await tx<{ platform: Platform }[]>`
    select platform from streams where stream_id = ${streamId} for update`;
  if (row === undefined) throw new NotFoundError('No such stream: it may have been deleted meanwhile');
  return row.platform;
}

/**
 * Locks several streams, without waiting for any: returns those that nobody else had locked and that are still there. In
 * the order of their ids, so that two who lock several do not wait for each other either.
 */
export async function lockStreams(
  tx: TransactionSql,
  streamIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await tx<{ streamId: number }[]>`
    select stream_id as "streamId" from streams where stream_id = any(${streamIds as number[]}::int[])
    order by stream_id for update skip locked`; // safe: it is only read
  return new Set(rows.map(({ streamId }) => streamId));
}
