import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import { isDouble } from '../doubles.ts';

/**
 * How many of a hashtag's posts are looked at, the newest first: each is a probe of an index. A rate over so many is
 * known to within 0.014, 19 times in 20, and tells what goes with it now.
 */
export const postsLookedAt = 5_000;

/** A hashtag that shares posts with another one. */
export type Shared = {
  readonly tag: string;
  /** Posts with both, of those that are looked at. */
  readonly both: number;
  /** Posts that are looked at. */
  readonly of: number;
};

/**
 * The hashtags that each of some shares most posts with, `first` of those that are in so large a share of its posts; equal
 * counts by code point. Its newest posts are one range of post_terms_term, and each is found by its primary key.
 */
export function findShared(
  db: Database,
  tags: readonly string[],
  { minRate, first }: { readonly minRate: number; readonly first: number },
): Promise<readonly (readonly Shared[])[]> {
  return runTogether<Shared>(
    db,
    tags.map(
      (tag) => sql`
      with used as materialized (
        select /* across streams: all uses of a hashtag */ t.stream_id, t.post_id from post_terms t where t.stands and t.term = ${tag}
        order by t.created_at desc, t.post_id desc limit ${postsLookedAt}
      ), looked_at as (select count(*)::float8 as posts from used)
      select other as tag, count(*)::float8 as "both", (select posts from looked_at) as "of"
      from used u join posts p on p.stream_id = u.stream_id and p.post_id = u.post_id, unnest(p.hashtags) as other
      where other <> ${tag}
      group by other having count(*) >= ${minRate}::float8 * (select posts from looked_at)
      order by "both" desc, other collate "C" limit ${first}`,
    ),
  );
}

/** Own posts of all streams, each once, reposts not counted: what the tallies say, less the doubles. */
export async function countAllPosts(db: Database): Promise<number> {
  const [row] = await db.rows<{ readonly posts: number }>(sql`
    select /* across streams: all posts */ ((select coalesce(sum(t.posts), 0) from streams s join tally_totals t
        on t.stream_id = s.stream_id and t.dimension = 'KNOWN' and t.value = 'POSTS')
      - (select count(*) from posts p where p.own and ${sql.raw(isDouble)} and p.kind <> 'REPOST'))::float8 as posts`);
  return row?.posts ?? 0;
}
