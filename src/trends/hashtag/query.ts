import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { usesOf } from '../../db/dimensions.ts';
import { isDouble } from '../doubles.ts';

/** Own posts of all streams that use a tag, each once: what the streams' tallies say, less the doubles. */
export async function countPosts(
  db: Database,
  tags: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const list = sql`${arrayOf(tags)}::text[]`;
  // A probe of the primary key (stream_id, dimension, value) for each stream and tag.
  const rows = (await db.orm.execute(sql`
    select value, sum(posts)::float8 as posts from (
      select t.value, t.posts from streams s
      join tally_totals t on t.stream_id = s.stream_id and t.dimension = 'HASHTAG' and t.value = any(${list})
      union all
      select value, -1 from (${sql.raw(usesOf('HASHTAG', isDouble))} and p.hashtags && ${list}) uses
      where value = any(${list})
    ) counts group by value`)) as unknown as readonly { readonly value: string; readonly posts: number }[];
  return new Map(rows.map((row) => [row.value, row.posts]));
}
