import type { Sql, TransactionSql } from 'postgres';
import { distributedTables } from './store-tables.ts';

/** Where a database keeps its tables. */
export type Placement = {
  /** The version of Citus that the database uses; null when it has not been created there. */
  readonly citus: string | null;
  /** Whether the server has Citus, so that the database could use it. */
  readonly isAvailable: boolean;
  /** Nodes that take shards, the coordinator among them when it does. */
  readonly nodes: number;
  /** Tables of the store that are distributed. */
  readonly distributed: readonly string[];
  /** Shards of each; 0 when none is distributed. */
  readonly shards: number;
};

/** Reads where the tables of the database are. */
export async function readPlacement(sql: Sql | TransactionSql): Promise<Placement> {
  const [row] = await sql<{ citus: string | null; isAvailable: boolean }[]>`
    select (select extversion from pg_extension where extname = 'citus') as citus,
      exists (select from pg_available_extensions where name = 'citus') as "isAvailable"`;
  const { citus = null, isAvailable = false } = row ?? {};
  if (citus === null) return { citus, isAvailable, nodes: 0, distributed: [], shards: 0 };
  const [facts] = await sql<{ nodes: number; distributed: string[] | null; shards: number }[]>`
    select (select count(*)::int from pg_dist_node where isactive and shouldhaveshards and noderole = 'primary') as nodes,
      (select array_agg(c.relname::text order by c.relname)
        from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid::oid
        where p.partmethod = 'h' and c.relname = any(${[...distributedTables]}::text[])) as distributed,
      (select count(*)::int from pg_dist_shard where logicalrelid::oid = to_regclass('posts')::oid) as shards`;
  return {
    citus,
    isAvailable,
    nodes: facts?.nodes ?? 0,
    distributed: facts?.distributed ?? [],
    shards: facts?.shards ?? 0,
  };
}

/** Tables that a distributed store is to distribute and has not. */
export const missingOf = ({ distributed }: Placement): readonly string[] =>
  distributedTables.filter((name) => !distributed.includes(name));

/** Bytes of the database on disk, summed over the nodes of a cluster. */
export async function databaseBytes(sql: Sql, { citus }: Pick<Placement, 'citus'>): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`
    select (pg_database_size(current_database()) ${
      citus === null
        ? sql``
        : sql`+ coalesce((select sum(result::bigint)
            from run_command_on_workers('select pg_database_size(current_database())') where success), 0)`
    })::float8 as bytes`;
  return row?.bytes ?? 0;
}
