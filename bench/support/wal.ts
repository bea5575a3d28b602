import type { Sql } from 'postgres';

/** Bytes of the write-ahead log. */
export type Wal = {
  /** Without page images. */
  readonly records: number;
  /** Page images: a page is logged as a whole at its first change after a checkpoint. */
  readonly images: number;
};

/** Starts measuring; the returned function reads the bytes written since. */
export async function walSince(sql: Sql): Promise<() => Promise<Wal>> {
  await sql`create extension if not exists pg_walinspect`;
  const [begun] = await sql<{ at: string }[]>`select pg_current_wal_insert_lsn()::text as at`;
  return async () => {
    const [wal] = await sql<Wal[]>`
      select sum(record_size)::float8 as records, sum(fpi_size)::float8 as images
      from pg_get_wal_stats(${begun?.at ?? '0/0'}, pg_current_wal_flush_lsn())`;
    return wal ?? { records: 0, images: 0 };
  };
}
