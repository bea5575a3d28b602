import type { TransactionSql } from 'postgres';

/** Lists the columns of each table that COPY can write, in order, i.e. without generated ones. */
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

/** An identity column and its last number; null when it is unused. */
export type Sequence = { readonly table: string; readonly column: string; readonly last: number | null };

/**
 * Lists the identity columns of the tables, including numbers that other transactions took meanwhile: each number is
 * issued once.
 */
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
