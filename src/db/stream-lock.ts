import type { TransactionSql } from 'postgres';
import type { Platform } from '../shared/post.ts';

/** The class of the advisory locks on streams. */
export const streamLock = 20_261_132;

/**
 * Locks a stream until the transaction ends. Returns its platform; null when there is no such stream.
 * The row alone is not enough on a cluster: its lock ends when the coordinator has committed, and the workers commit
 * after it. Whoever locked the row in between would read posts as they were before. An advisory lock ends after both.
 */
export async function lockStreamRow(tx: TransactionSql, streamId: number): Promise<Platform | null> {
  const [row] = await tx<{ platform: Platform }[]>`
    select platform, pg_advisory_xact_lock(${streamLock}, stream_id) from streams
    where stream_id = ${streamId} for update`;
  return row?.platform ?? null;
}
