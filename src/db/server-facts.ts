import type { Sql } from 'postgres';

/** Facts about the Postgres server. */
export type ServerFacts = {
  /** The connections of all clients, including other programs. */
  readonly connections: readonly { readonly state: string; readonly count: number }[];
  readonly maxConnections: number;
  /** The size of this database, on this node. */
  readonly bytes: number;
};

/** The states that Postgres names. It shows other users' states only to members of pg_read_all_stats. */
const states = ['active', 'idle', 'idle in transaction'];

/** Reads the server's use. */
export async function readServerFacts(sql: Sql): Promise<ServerFacts> {
  const [found] = await sql<{ counts: Record<string, number>; max: number; bytes: number }[]>`
    select pg_database_size(current_database())::float8 as bytes,
      current_setting('max_connections')::int as max,
      (select coalesce(json_object_agg(state, n), '{}') from (
        select case when state = any(${states}) then state else 'other' end as state, count(*)::int as n
        from pg_stat_activity where backend_type = 'client backend' group by 1) s) as counts`;
  const counts = found?.counts ?? {};
  return {
    connections: [...states, 'other'].map((state) => ({ state, count: counts[state] ?? 0 })),
    maxConnections: found?.max ?? 0,
    bytes: found?.bytes ?? 0,
  };
}
