import type { TransactionSql } from 'postgres';
import { NotFoundError } from '../shared/errors.ts';

/**
 * Locks a stream until the transaction ends. Whoever changes its posts, rollups or profile holds this lock, and takes it
 * before any lock on a job. Throws NotFoundError when there is no such stream.
 */
export async function lockStream(tx: TransactionSql, streamId: number): Promise<void> {
  const rows = await tx`select 1 from streams where stream_id = ${streamId} for update`;
  if (rows.length === 0) throw new NotFoundError('No such stream: it may have been deleted meanwhile');
}
