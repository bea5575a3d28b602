import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import { isDouble } from '../doubles.ts';

/**
 * How many posts of a hashtag are read, newest first: each is a probe of an index. Over so many posts a rate has an
 * error below 0.014, 19 times in 20, and describes current use.
 */
export const postsLookedAt = 5_000;

/** A hashtag that shares posts with another one. */
export type Shared = {
  readonly tag: string;
  /** Posts with both, among those that were read. */
  readonly both: number;
  /** Posts that were read. */
  readonly of: number;
};

/**
 * Returns, for each tag, the `first` hashtags with most common posts, if they are in at least `minRate` of its posts;
 * ties by code point. The newest posts of a tag are one range of post_terms_term; each post is found by its primary
 * key.
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

/** Counts the own posts of all streams, each once, without reposts: the tallies, less the doubles. */
export async function countAllPosts(db: Database): Promise<number> {
  const [row] = await db.rows<{ readonly posts: number }>(sql`
    select /* across streams: all posts */ ((select coalesce(sum(t.posts), 0) from streams s join tally_totals t
        on t.stream_id = s.stream_id and t.dimension = 'KNOWN' and t.value = 'POSTS')
      - (select count(*) from posts p where p.own and ${sql.raw(isDouble)} and p.kind <> 'REPOST'))::float8 as posts`);
  return row?.posts ?? 0;
}
