import type { Sql } from 'postgres';

/**
 * The streams that are the demo and nothing else, in the order in which they were made. One that has posts of another
 * source, as of an archive of somebody with the same handle, is somebody's: it is not among them.
 */
export async function listDemoStreams(sql: Sql): Promise<readonly { streamId: number; title: string }[]> {
  return sql<{ streamId: number; title: string }[]>`
    select s.stream_id as "streamId", s.title from streams s
    where s.demo and not exists (
      select /* across streams: the demo's */ from stream_providers p where p.stream_id = s.stream_id and p.provider <> 'SYNTHETIC')
    order by s.stream_id`;
}
