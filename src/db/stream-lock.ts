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
 * writer is done: one of them died in between, and Citus finishes the commit later. Also true while a worker is
 * out of reach. It asks all workers by new connections, which takes several milliseconds.
 */
export async function hasCommitsInDoubt(db: Database): Promise<boolean> {
  if (!db.isDistributed) return false;
  const left = await findLeft(db);
  // Asked twice: a commit may have been finished after the workers were asked, and before its writer was looked for.
  const stillLeft = left.length === 0 ? [] : await findLeft(db);
  return left.some(({ name }) => name === null || stillLeft.some((still) => still.name === name));
}

/**
 * Returns the transactions that are prepared on workers and have no writer on the coordinator; a null stands for a worker
 * out of reach. Citus names them citus_GROUP_PID_NUMBER_CONNECTION: the writer's, and the coordinator's group is 0.
 */
const findLeft = (db: Database) =>
  db.rows<{ readonly name: string | null }>(sql`
    select name from run_command_on_workers($$
        select string_agg(gid, ',') from pg_prepared_xacts
        where database = current_database() and gid like 'citus\\_0\\_%'$$) as asked
      left join string_to_table(asked.result, ',') as gids (name) on asked.success
    where not success or name is not null and not exists (
      select from get_all_active_transactions() as active
      where active.process_id = split_part(name, '_', 3)::int
        and active.transaction_number = split_part(name, '_', 4)::bigint)`);

const none: ReadonlySet<number> = new Set();
