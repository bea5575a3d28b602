import type { Sql, TransactionSql } from 'postgres';
import { BadInputError, must } from '../shared/errors.ts';
import { migrationLock } from './migration-lock.ts';
import { openClient } from './open-client.ts';
import { missingOf, type Placement, readPlacement } from './placement.ts';
import { refuseOtherProcesses } from './refuse-other-processes.ts';
import { distributedTables } from './store-tables.ts';
import { needsTwoPhases, phasesTable } from './two-phases.ts';

type DistributeOptions = {
  /** The number of shards of each table, unless the store has some already. */
  readonly shards: number;
  /** Whether to change nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called before each table. */
  readonly onTable?: (name: string, done: number, total: number) => void;
};

export type Distributed = {
  /** The tables that were distributed now, or in a dry run would be. */
  readonly tables: readonly string[];
  /** The nodes that have shards, and the shards of each table. */
  readonly nodes: number;
  readonly shards: number;
};

/** A statement across streams becomes one statement per shard. */
export const mostShards = 1_024;

/**
 * Distributes the store of a Citus coordinator by stream, one table at a time, each in its own transaction. After an
 * interruption another call continues, and until then the store works. BAD_INPUT when the database does not use Citus,
 * no node takes shards, or other processes use the store.
 */
export async function distributeStore(
  url: string,
  { shards, dryRun = false, signal, onTable = () => {} }: DistributeOptions,
): Promise<Distributed> {
  if (!Number.isInteger(shards) || shards < 1 || shards > mostShards) {
    throw new BadInputError(`Invalid number of shards: ${shards} asked, 1 to ${mostShards} allowed`);
  }
  signal?.throwIfAborted();
  const client = openClient(url, { purpose: 'migrating', applicationName: 'larkstat distribute', max: 1 });
  const giveUp = () => void client.end({ timeout: 0 });
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const placement = await readPlacement(client);
    refuseUnable(placement);
    const tables = missingOf(placement);
    const result = { tables, nodes: placement.nodes, shards: placement.shards || shards };
    if (dryRun) return result;
    // A process that starts meanwhile waits for this lock, before it reads anything.
    await client`select pg_advisory_lock(${migrationLock})`;
    await refuseOtherProcesses(client, 'distribute');
    await setSessions(client);
    await makePhasesTable(client);
    for (const [at, name] of tables.entries()) {
      onTable(name, at, tables.length);
      await client.begin((tx) => distributeTable(tx, name, shards));
    }
    await removeLocalRows(client, [...placement.distributed, ...tables]);
    for (const name of [...placement.distributed, ...tables]) await client.unsafe(`analyze ${name}`);
    return result;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await client.end();
  }
}

function refuseUnable({ citus, isAvailable, nodes }: Placement): void {
  if (citus === null) throw new CitusMissingError(isAvailable);
  if (nodes === 0) {
    throw new BadInputError(
      "No node takes shards: `select citus_set_coordinator_host('<this host>')`, then `select citus_add_node('<host>', 5432)` for each worker",
    );
  }
}

/** The database does not use Citus. */
export class CitusMissingError extends BadInputError {
  override readonly name: string = 'CitusMissingError';
  constructor(isAvailable: boolean) {
    super(
      isAvailable
        ? 'The database does not use Citus yet: `create extension citus` in it, on the coordinator and on each worker'
        : 'The Postgres server has no Citus: install it there, and put it into `shared_preload_libraries`',
    );
  }
}

/**
 * What `session.ts` sets for our sessions, for those that Citus opens on workers: they cut days in their own zone. Citus
 * sets it on each node.
 */
async function setSessions(client: Sql): Promise<void> {
  const [row] = await client<{ name: string }[]>`select quote_ident(current_database()) as name`;
  const { name } = must(row, 'a select without a table gives a row');
  await client.unsafe(`alter database ${name} set timezone to 'UTC'`);
  await client.unsafe(`alter database ${name} set jit to off`);
  const rows = await client<{ success: boolean; result: string }[]>`
    select success, result from run_command_on_workers('show timezone')`;
  const failed = rows.find(({ success, result }) => !success || result !== 'UTC');
  if (failed !== undefined) {
    throw new BadInputError(
      `A worker's sessions are in the zone ${failed.result}, not in UTC: \`alter database … set timezone to 'UTC'\` on each`,
    );
  }
}

async function makePhasesTable(client: Sql): Promise<void> {
  await client.begin(async (tx) => {
    await tx.unsafe(`create table if not exists ${phasesTable} (stream_id integer not null)`);
    await tx`
      select create_distributed_table(${phasesTable}, 'stream_id', shard_count => 1, colocate_with => 'none')
      where not exists (select from pg_dist_partition where logicalrelid = ${phasesTable}::regclass)`;
  });
}

/**
 * Distributes a table. The first one decides where the shards are, and the others follow it: all rows of a stream are
 * on one node.
 */
async function distributeTable(tx: TransactionSql, name: string, shards: number): Promise<void> {
  if (name === 'posts') {
    await tx`
      select create_distributed_table('posts', 'stream_id', shard_count => ${shards}::int, colocate_with => 'none')`;
  } else {
    await tx`select create_distributed_table(${name}, 'stream_id', colocate_with => 'posts')`;
  }
}

/** Removes the rows that were copied to the shards from the coordinator's tables, where nothing reads them. */
async function removeLocalRows(client: Sql, tables: readonly string[]): Promise<void> {
  const rows = await client<{ name: string }[]>`
    select relname as name from pg_class where oid = any(${[...tables]}::text[]::regclass[]) and pg_relation_size(oid) > 0`;
  for (const { name } of rows)
    await client`select truncate_local_data_after_distributing_table(${name}::regclass)`;
}

/** Lists the distributed tables that exist in the database. */
export async function listTables(client: Sql): Promise<ReadonlySet<string>> {
  const rows = await client<{ name: string }[]>`
    select name from unnest(${[...distributedTables]}::text[]) name where to_regclass(name) is not null`;
  return new Set(rows.map(({ name }) => name));
}

/**
 * Distributes tables that a migration has just added to a distributed store. Tables that were not distributed before
 * stay so: an interrupted `larkstat distribute` continues with another call. The caller has the lock of migrations.
 */
export async function distributeNewTables(client: Sql, before: ReadonlySet<string>): Promise<void> {
  const added = distributedTables.filter((name) => !before.has(name));
  if (added.length === 0 || !(await needsTwoPhases(client))) return;
  const { distributed } = await readPlacement(client);
  if (!distributed.includes('posts')) return;
  for (const name of added) await client.begin((tx) => distributeTable(tx, name, 0));
  await removeLocalRows(client, added);
}
