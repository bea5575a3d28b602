import type { Sql, TransactionSql } from 'postgres';

/**
 * An empty table of one shard, which every distributed store has.
 * Citus commits a transaction that wrote to one node and to the coordinator's tables in one phase, the node first: when
 * the coordinator dies in between, posts have changed but the stream's version has not. A transaction that copied into
 * a distributed table, even no row, commits in two phases. So each transaction copies no row into this table; nothing
 * is sent to a node.
 */
export const phasesTable = 'two_phases';

/** Makes the transaction commit in two phases. */
export async function commitInTwoPhases(tx: TransactionSql): Promise<void> {
  await tx.unsafe(`insert into ${phasesTable} (stream_id) select 0 where false`);
}

/**
 * Whether transactions of the database must commit in two phases: the database is distributed, or its distribution has
 * begun.
 */
export async function needsTwoPhases(sql: Sql | TransactionSql): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`select to_regclass(${phasesTable}) is not null as found`;
  return row?.found ?? false;
}
