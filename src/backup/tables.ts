import type { TransactionSql } from 'postgres';

/** The columns of each table that a COPY takes, in their order: generated ones make themselves. */
export async function columnsOf(
  tx: TransactionSql,
  tables: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tx<{ table: string; columns: string[] }[]>`
    select t.name as table, array_agg(a.attname::text order by a.attnum) as columns
    from unnest(${tables as string[]}::text[]) t (name)
    join pg_attribute a on a.attrelid = to_regclass(t.name)
    where a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by t.name`; // safe: it is only read
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/** An identity column, and the last number that it gave out; null: none yet. */
export type Sequence = { readonly table: string; readonly column: string; readonly last: number | null };

/** The identity columns of the tables. What other transactions took meanwhile counts: a number is given out once. */
export async function sequencesOf(
  tx: TransactionSql,
  tables: readonly string[],
): Promise<readonly Sequence[]> {
  return tx<Sequence[]>`
    select t.name as table, a.attname::text as column,
      pg_sequence_last_value(pg_get_serial_sequence(t.name, a.attname)::regclass)::float8 as last
    from unnest(${tables as string[]}::text[]) t (name)
    join pg_attribute a on a.attrelid = to_regclass(t.name)
    where a.attidentity <> '' and not a.attisdropped
    order by t.name`; // safe: it is only read
}
