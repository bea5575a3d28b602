import type { Sql } from 'postgres';

/**
 * Returns the streams that hold only demo posts, in order of creation. A stream that also has posts from another
 * source, such as the archive of somebody with the same handle, belongs to that person and is left out.
 */
export async function listDemoStreams(sql: Sql): Promise<readonly { streamId: number; title: string }[]> {
  return sql<{ streamId: number; title: string }[]>`
    with others as materialized (
      select /* across streams: any may have posts of another source */ stream_id from stream_providers where provider <> 'SYNTHETIC')
    select stream_id as "streamId", title from streams
    where demo and stream_id not in (select stream_id from others)
    order by stream_id`;
}
