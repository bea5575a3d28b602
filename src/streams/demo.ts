import type { Sql } from 'postgres';

/**
 * The streams that are the demo and nothing else, in the order in which they were made. One that has posts of another
 * source, as of an archive of somebody with the same handle, is somebody's: it is not among them.
 */
export async function listDemoStreams(sql: Sql): Promise<readonly { streamId: number; title: string }[]> {
  return sql<{ streamId: number; title: string }[]>`
    with others as materialized (
      select /* across streams: any may have posts of another source */ stream_id from stream_providers where provider <> 'SYNTHETIC')
    select stream_id as "streamId", title from streams
    where demo and stream_id not in (select stream_id from others)
    order by stream_id`;
}
