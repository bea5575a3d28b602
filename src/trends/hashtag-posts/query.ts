import { type SQL, sql } from 'drizzle-orm';
import { type PostRow, postsStatement, toPosts } from '../../entities/post/query.ts';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { anyPostValue } from '../../stats/kernel/post-value.ts';

/**
 * The posts that use each hashtag with the most of a metric, of those where it is known; equal values: newest first. Each
 * post by the row that stands for it. Reads all posts that use it: found by post_terms_term.
 */
export async function listTopPosts(
  db: Database,
  tags: readonly string[],
  metric: Metric,
  [first, offset]: readonly [first: number, offset: number],
): Promise<readonly (readonly PostRow[])[]> {
  const value = anyPostValue(metric);
  const statement = (tag: string): SQL =>
    postsStatement(
      sql`/* across streams: all uses of a hashtag */ (p.stream_id, p.post_id) in (select t.stream_id, t.post_id from post_terms t where t.stands and t.term = ${tag})
        and ${value} is not null`,
      sql`order by ${value} desc, p.created_at desc, p.post_id desc limit ${first} offset ${offset}`,
    );
  const rows = await runTogether<Record<string, unknown>>(db, tags.map(statement));
  return rows.map(toPosts);
}
