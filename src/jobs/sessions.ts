import type { Sql, TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import type { RunningJob } from './lease.ts';

type Lease = Pick<RunningJob, 'jobId' | 'lease'>;

/** Postgres keeps 63 bytes of a name: this one has 60 with a lease of ten digits. */
const nameOf = ({ jobId, lease }: Lease): string => `larkstat job ${jobId}.${lease}`;

/** Gives a job a store whose transactions have the job's name, so that the next worker of the job can end them. */
export function nameTransactions(db: Database, job: Lease): Database {
  const begin = db.sql.begin as (...args: readonly unknown[]) => Promise<unknown>;
  const named = (...args: readonly unknown[]) => {
    const work = args.at(-1) as (tx: TransactionSql) => unknown; // safe: the options, if any, come first
    return begin(...args.slice(0, -1), (tx: TransactionSql) => {
      // Not awaited: it is sent with the first statement, which fails too if this fails.
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
 * Ends the transactions of the job's earlier workers. A frozen process would keep the stream locked, within a COPY for
 * ever: Postgres waits for the client without a limit there.
 */
export async function endEarlier(sql: Sql, { jobId }: Lease): Promise<void> {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and starts_with(application_name, ${`larkstat job ${jobId}.`})`;
}
