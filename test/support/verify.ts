import type { Sql, TransactionSql } from 'postgres';
import { verifyStream as verify } from '../../src/ingest/write/recount.ts';

type Client = Sql | TransactionSql;

/**
 * The client with every statement kept prepared on its connection. Tests count small stores again and again: Postgres took
 * ten times as long for the plans as for the counting.
 */
export function prepared<Of extends Client>(sql: Of): Of {
  const unsafe: Client['unsafe'] = (text, parameters, options) =>
    sql.unsafe(text, parameters, { prepare: true, ...options });
  const begin = (...args: readonly unknown[]) => {
    const run = args.at(-1) as (tx: TransactionSql) => unknown; // safe: postgres.js has it last
    return Reflect.apply((sql as Sql).begin, sql, [
      ...args.slice(0, -1),
      (tx: TransactionSql) => run(prepared(tx)),
    ]);
  };
  return new Proxy(sql, {
    get: (of, name) => (name === 'unsafe' ? unsafe : name === 'begin' ? begin : Reflect.get(of, name)),
  });
}

/** What `verifyStream` finds, by prepared statements. */
export const verifyStream = (sql: Client, streamId: number) => verify(prepared(sql), streamId);
