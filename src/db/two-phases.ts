import type { Sql, TransactionSql } from 'postgres';

/**
 * An empty table of one shard, which a store has from the moment on that it is distributed. Citus commits a transaction
 * that wrote to one node and to tables of the coordinator in one phase, the node first: when the coordinator dies in
 * between, posts have changed and the stream's version has not. It takes two phases for every transaction that copied
 * into a distributed table, be it no row. So each transaction copies no row into this one: nothing is sent to a node.
 */
export const phasesTable = 'two_phases';

/** Has the transaction commit in two phases. */
export async function commitInTwoPhases(tx: TransactionSql): Promise<void> {
  await tx.unsafe(`insert into ${phasesTable} (stream_id) select 0 where false`);
}

/** Whether transactions of the database are to commit in two phases: whether it is distributed, or was begun to be. */
export async function needsTwoPhases(sql: Sql | TransactionSql): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`select to_regclass(${phasesTable}) is not null as found`;
  return row?.found ?? false;
}
