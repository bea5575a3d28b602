import type { Sql, TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import type { RunningJob } from './lease.ts';

type Lease = Pick<RunningJob, 'jobId' | 'lease'>;

/** Postgres keeps 63 bytes of a name: with a lease of ten digits it is 60. */
const nameOf = ({ jobId, lease }: Lease): string => `larkstat job ${jobId}.${lease}`;

/**
 * The store for a job's own code: its transactions bear the job's name while they last, so that whoever takes the job
 * over can end them.
 */
export function nameTransactions(db: Database, job: Lease): Database {
  const begin = db.sql.begin as (...args: readonly unknown[]) => Promise<unknown>;
  const named = (...args: readonly unknown[]) => {
    const work = args.at(-1) as (tx: TransactionSql) => unknown; // safe: the options, if any, come first
    return begin(...args.slice(0, -1), (tx: TransactionSql) => {
      // Not waited for: it goes out with the first statement, which fails too where this does.
      tx.unsafe(`set local application_name = '${nameOf(job)}'`).catch(() => {});
      return work(tx);
    });
  };
  const sql = new Proxy(db.sql, {
    get: (target, key) => (key === 'begin' ? named : Reflect.get(target, key)),
  });
  return { ...db, sql };
}

/**
 * Ends the transactions of earlier workers at the job. One whose process is frozen would keep the stream locked, in the
 * middle of a COPY even for ever: there Postgres waits for the client without a limit.
 */
export async function endEarlier(sql: Sql, { jobId }: Lease): Promise<void> {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and starts_with(application_name, ${`larkstat job ${jobId}.`})`;
}
