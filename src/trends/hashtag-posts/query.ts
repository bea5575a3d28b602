import { type SQL, sql } from 'drizzle-orm';
import { postsStatement, toPosts } from '../../entities/post/query.ts';
import type { PostRow } from '../../entities/post/row.ts';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { anyPostValue } from '../../stats/kernel/post-value.ts';

/**
 * Returns the posts that use each hashtag, highest value of a metric first; ties are newest first. Leaves out posts
 * whose value is unknown. Each post comes from the row that represents it. Reads all posts that use the hashtag,
 * found by post_terms_term.
 */
export async function listTopPosts(
  db: Database,
  tags: readonly string[],
  metric: Metric,
  [first, offset]: readonly [first: number, offset: number],
): Promise<readonly (readonly PostRow[])[]> {
  const value = anyPostValue(metric);
  const statement = (tag: string): SQL =>
    postsStatement({
      where: sql`/* across streams: all uses of a hashtag */ (p.stream_id, p.post_id) in (select t.stream_id, t.post_id from post_terms t where t.stands and t.term = ${tag})
        and ${value} is not null`,
      tail: sql`order by ${value} desc, p.created_at desc, p.post_id desc limit ${first} offset ${offset}`,
    });
  const rows = await runTogether<Record<string, unknown>>(db, tags.map(statement));
  return rows.map(toPosts);
}
