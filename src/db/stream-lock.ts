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

/**
 * Whether a transaction of a distributed store may be committed on the coordinator and not on a worker, although its
 * session is gone: the coordinator died in between, and Citus finishes the commit later. Also true while a worker is
 * out of reach. It asks all workers by new connections, which takes several milliseconds.
 */
export async function hasCommitsInDoubt(db: Database): Promise<boolean> {
  if (!db.isDistributed) return false;
  // A prepared transaction of Citus is named citus_GROUP_PID_…: the session of the coordinator, whose group is 0.
  const inDoubt = await db.rows(sql`
    select from run_command_on_workers($$
      select string_agg(split_part(gid, '_', 3), ',') from pg_prepared_xacts
      where database = current_database() and gid like 'citus\\_0\\_%'$$)
    where not success or exists (
      select from unnest(string_to_array(result, ',')::int[]) as writer
      where not exists (select from pg_stat_activity where pid = writer))`);
  return inDoubt.length > 0;
}

const none: ReadonlySet<number> = new Set();
