import type { Sql } from 'postgres';

type Refusal = { readonly message: string; readonly code: string };

/**
 * From now on inserts into a table fail with this message and SQL state, until the returned function is called. When
 * the table is distributed, the nodes with its rows refuse: Citus allows triggers there when a setting asks for it.
 */
export async function refuseInserts(
  sql: Sql,
  table: string,
  { message, code }: Refusal,
): Promise<() => Promise<void>> {
  await sql.begin(async (tx) => {
    await tx.unsafe('set local citus.enable_unsafe_triggers = on');
    await tx.unsafe(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception '${message}' using errcode = '${code}'; end $$`);
    await tx.unsafe(
      `create trigger refuse before insert on ${table} for each statement execute function refuse()`,
    );
  });
  return async () => {
    await sql`drop function refuse cascade`;
  };
}
