import type { Sql, TransactionSql } from 'postgres';
import { distributedTables } from './store-tables.ts';

/** The placement of a database's tables. */
export type Placement = {
  /** The version of Citus in the database; null without the extension. */
  readonly citus: string | null;
  /** Whether the server has Citus, so that the database could use it. */
  readonly isAvailable: boolean;
  /** The nodes that take shards, which may include the coordinator. */
  readonly nodes: number;
  /** The store's distributed tables. */
  readonly distributed: readonly string[];
  /** The shards of each table; 0 when none is distributed. */
  readonly shards: number;
};

/** Reads the placement of the database's tables. */
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

/** The tables that are to be distributed and are not yet. */
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
