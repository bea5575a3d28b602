import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { usesOf } from '../../db/dimensions.ts';
import type { Platform } from '../../shared/post.ts';
import { isDouble } from '../doubles.ts';

/** Comes after every character that a text can go on with. */
const last = '\u{10ffff}';

/**
 * That a text begins with the prefix, as a range that an index with text_pattern_ops serves. A `like` with a parameter
 * would be no range in a plan that is kept for all its values.
 */
const beginsWith = (text: SQL, prefix: string): SQL =>
  sql`${text} ~>=~ ${prefix} and ${text} ~<~ ${prefix + last}`;

/**
 * Hashtags of own posts of all streams that begin with the prefix, those that most posts use first, each post counted
 * once; equal counts by code point. Served by tally_totals_hashtag, and posts_doubles for what other streams stand for.
 */
export async function findTagsByPrefix(
  db: Database,
  prefix: string,
  first: number,
): Promise<readonly string[]> {
  const rows = await db.rows<{ readonly value: string }>(sql`
    select /* across streams: hashtags of all */ value from (
      select t.value, t.posts from tally_totals t
      where t.dimension = 'HASHTAG' and ${beginsWith(sql`t.value`, prefix)}
      union all
      select value, -1 from (${sql.raw(usesOf('HASHTAG', isDouble))}) uses
      where ${beginsWith(sql`value`, prefix)}
    ) counts
    group by value having sum(posts) > 0
    order by sum(posts) desc, value collate "C" limit ${first}`);
  return rows.map(({ value }) => value);
}

/** An author of some stream. */
export type FoundAuthor = { readonly platform: Platform; readonly authorId: string };

/** A short prefix of a large store has so many handles that their posts are not looked up of all. */
const mostRanked = 1_000;

/**
 * Authors whom some stream knows by a handle that begins with the prefix, those with most own posts in these streams
 * first, each post counted once; equal counts by handle. Only the first 1,000 in the order of handles are ranked. Served
 * by authors_handles, and the primary key of tally_totals for the posts of each.
 */
export async function findAuthorsByPrefix(
  db: Database,
  prefix: string,
  first: number,
): Promise<readonly FoundAuthor[]> {
  return db.rows<FoundAuthor>(sql`
    with named as materialized (
      select /* across streams: authors of all */ a.stream_id, a.author_id, lower(a.handle) as handle from authors a
      where ${beginsWith(sql`lower(a.handle)`, prefix)}
      order by lower(a.handle) using ~<~ limit ${mostRanked}
    ), doubles as (
      select p.stream_id, p.author_id, count(*) as posts from posts p
      where p.own and ${sql.raw(isDouble)} and (p.stream_id, p.author_id) in (select stream_id, author_id from named)
      group by p.stream_id, p.author_id
    )
    select s.platform, n.author_id as "authorId" from named n
    join streams s on s.stream_id = n.stream_id
    left join tally_totals t on t.stream_id = n.stream_id and t.dimension = 'AUTHOR' and t.value = n.author_id
    left join doubles d on d.stream_id = n.stream_id and d.author_id = n.author_id
    group by s.platform, n.author_id
    order by sum(coalesce(t.posts, 0) - coalesce(d.posts, 0)) desc, min(n.handle) collate "C", s.platform, n.author_id
    limit ${first}`);
}
