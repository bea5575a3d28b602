import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { usesOf } from '../../db/dimensions.ts';
import type { Platform } from '../../shared/post.ts';
import { isDouble } from '../doubles.ts';

/** Sorts after every character that a text can have. */
const last = '\u{10ffff}';

/**
 * Matches texts with the prefix, as a range that an index with text_pattern_ops serves. A `like` with a parameter is
 * no range in a cached plan.
 */
const beginsWith = (text: SQL, prefix: string): SQL =>
  sql`${text} ~>=~ ${prefix} and ${text} ~<~ ${prefix + last}`;

/**
 * Returns hashtags with the prefix in own posts of all streams, those with most posts first. Each post counts once;
 * ties are by code point. Served by tally_totals_hashtag, and by posts_doubles for posts that other streams
 * represent.
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

/** The most handles that are ranked: a short prefix may match too many to look up all their posts. */
const mostRanked = 1_000;

/**
 * Returns authors whom some stream knows by a handle with the prefix, those with most own posts in these streams
 * first. Each post counts once; ties are by handle. Only the first 1,000 in the order of handles are ranked. Served
 * by authors_handles, and by the primary key of tally_totals for the posts of each.
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
