import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Sql } from 'postgres';
import { seconds } from './timings.ts';

/** Seconds that COPY takes for as many posts into a plain table with three indexes: the floor of every import. */
export async function copySeconds(sql: Sql, streamId: number): Promise<number> {
  const columns =
    'stream_id, post_id, created_at, likes, reposts, replies, impressions, kind, author_id, text';
  // In memory, so that only writing is timed.
  const chunks: Buffer[] = [];
  const rows = await sql
    .unsafe(`copy (select ${columns} from posts where stream_id = ${streamId} order by created_at) to stdout`)
    .readable();
  // Not `for await`: together with stream.pipeline for writing, the run never finished.
  rows.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(rows, 'end');
  await sql.unsafe(`
    create table bench_posts as select ${columns} from posts limit 0;
    alter table bench_posts add primary key (stream_id, post_id);
    create index on bench_posts (stream_id, created_at, post_id);
    create index on bench_posts (stream_id, likes, created_at)`);
  try {
    return await seconds(async () => {
      const sink = await sql.unsafe(`copy bench_posts (${columns}) from stdin`).writable();
      const done = finished(sink);
      for (const chunk of chunks) {
        if (!sink.write(chunk)) await Promise.race([once(sink, 'drain'), done]);
      }
      sink.end();
      await done;
    });
  } finally {
    await sql`drop table bench_posts`;
  }
}
