import { sql } from 'drizzle-orm';
import type { TransactionSql } from 'postgres';
import type { Platform } from '../shared/post.ts';
import type { Database } from './client.ts';

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

/**
 * Returns the streams of a distributed store whose posts may still be older than a version that was read before: a
 * transaction that writes to them is not over yet. Always empty on one node, where both are seen at the same moment.
 */
export async function streamsBehind(db: Database): Promise<ReadonlySet<number>> {
  if (!db.isDistributed) return none;
  const rows = await db.rows<{ readonly streamId: number }>(sql`
    select objid::int as "streamId" from pg_locks
    where locktype = 'advisory' and classid = ${sql.raw(String(streamLock))} and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())`);
  return new Set(rows.map(({ streamId }) => streamId));
}

const none: ReadonlySet<number> = new Set();
