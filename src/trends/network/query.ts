import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { toIso } from '../../shared/instant.ts';
import type { Range } from '../../shared/range.ts';

/** The most posts of a network: the newest of the range. 50,000 take about half a second. */
export const postsLookedAt = 50_000;

/** A hashtag with its posts, or two hashtags with the posts that use both. `of`: the posts that were read. */
export type NetworkRow = {
  readonly tag: string;
  /** Null for a single hashtag. */
  readonly other: string | null;
  readonly posts: number;
  readonly of: number;
};

/**
 * Returns the most used hashtags of the newest posts of a range, and the number of posts for each pair of them; ties
 * by code point. Reads own posts of all streams that have a hashtag, each once, without reposts. Walks back along
 * posts_newest.
 */
export async function listNetwork(
  db: Database,
  { from, to }: Range,
  first: number,
): Promise<readonly NetworkRow[]> {
  // Only listed hashtags of a post are paired: a post with a thousand would make a million pairs.
  return db.rows<NetworkRow>(sql`
    with newest as materialized (
      select /* across streams: the newest posts of all */ p.hashtags from posts p
      where p.own and p.stands and p.kind <> 'REPOST' and cardinality(p.hashtags) > 0
        ${from === null ? sql`` : sql`and p.created_at >= ${toIso(from)}`}
        ${to === null ? sql`` : sql`and p.created_at < ${toIso(to)}`}
      order by p.created_at desc, p.post_id desc limit ${postsLookedAt}
    ), listed as materialized (
      select tag, count(*) as posts from newest, unnest(hashtags) as tag
      group by tag order by posts desc, tag collate "C" limit ${first}
    ), kept as materialized (
      select array(select tag from unnest(hashtags) as tag where tag in (select tag from listed)) as tags from newest
    )
    select tag, null as other, posts::float8, (select count(*) from newest)::float8 as "of" from listed
    union all
    select a.tag, b.tag, count(*)::float8, (select count(*) from newest)::float8
    from kept, unnest(tags) as a (tag), unnest(tags) as b (tag)
    where a.tag collate "C" < b.tag collate "C"
    group by a.tag, b.tag`);
}
