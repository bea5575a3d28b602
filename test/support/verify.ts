import type { Sql, TransactionSql } from 'postgres';
import { verifyStream as verify } from '../../src/ingest/write/recount.ts';

type Client = Sql | TransactionSql;

/**
 * The client with all statements prepared on its connection. Tests recount small stores often, and planning took ten
 * times as long as counting.
 */
export function prepared<Of extends Client>(sql: Of): Of {
  const unsafe: Client['unsafe'] = (text, parameters, options) =>
    sql.unsafe(text, parameters, { prepare: true, ...options });
  const begin = (...args: readonly unknown[]) => {
    const run = args.at(-1) as (tx: TransactionSql) => unknown; // safe: it is postgres.js's last argument
    return Reflect.apply((sql as Sql).begin, sql, [
      ...args.slice(0, -1),
      (tx: TransactionSql) => run(prepared(tx)),
    ]);
  };
  return new Proxy(sql, {
    get: (of, name) => (name === 'unsafe' ? unsafe : name === 'begin' ? begin : Reflect.get(of, name)),
  });
}

/** `verifyStream` with prepared statements. */
export const verifyStream = (sql: Client, streamId: number) => verify(prepared(sql), streamId);
