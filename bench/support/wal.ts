import type { Sql } from 'postgres';

/** Bytes of the write-ahead log. */
export type Wal = {
  /** Without images of pages. */
  readonly records: number;
  /** Images of pages: each is written whole when it is first changed after a checkpoint. */
  readonly images: number;
};

/** Begins to measure; the function that it returns tells what was written since. */
export async function walSince(sql: Sql): Promise<() => Promise<Wal>> {
  await sql`create extension if not exists pg_walinspect`;
  const [begun] = await sql<{ at: string }[]>`select pg_current_wal_insert_lsn()::text as at`;
  return async () => {
    const [wal] = await sql<Wal[]>`
      select (sum(record_length) - sum(fpi_length))::float8 as records, sum(fpi_length)::float8 as images
      from pg_get_wal_records_info(${begun?.at ?? '0/0'}, pg_current_wal_flush_lsn())`;
    return wal ?? { records: 0, images: 0 };
  };
}
