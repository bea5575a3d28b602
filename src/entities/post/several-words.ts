import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { onePlan } from '../../db/prepared.ts';
import type { PageRequest } from '../../shared/page.ts';
import { type PostConditions, postConditions } from './conditions.ts';
import { besides, byTime, rowsOfPage, usualLimits } from './order.ts';
import { addAuthors, hasPost, type FewRow, type PostPage } from './post-page.ts';
import { postsStatement, runPosts, toPosts } from './query.ts';
import { nearPosts, newestPosts } from './relevance.ts';
import type { PostRow } from './row.ts';

/** The most of the newest posts that are read when their hits promise a full page, before the index is used. */
const nearPostsMax = 12_000;

/**
 * Returns how many of the newest posts to read for a full page, at this share of hits. Adds a half, because hits come
 * in bursts. At least twice as many as before.
 */
const postsFor = ({ limit }: PageRequest, share: number, before: number): number =>
  Math.max(before * 2, Math.ceil((1.5 * (limit + 1)) / share));

/** Whether the search has more than one word. */
export const hasSeveralWords = ({ search }: PostConditions): boolean =>
  search !== null && / (&|\||<->) /.test(search);

/**
 * Returns the page of a search for several words, newest first; null when Postgres plans it well. The newest posts are
 * read first, then the index.
 */
export async function pageOfSeveralWords(
  db: Database,
  conditions: PostConditions,
  page: PostPage,
): Promise<readonly PostRow[] | null> {
  for (let posts = nearPosts; posts <= nearPostsMax; ) {
    const near = amongNewest(conditions, page, posts);
    if (near === null) return null;
    const rows = await runPosts(db, addAuthors(near, newestShown, conditions, page));
    if (rows.length > page.limit) return rows;
    posts = postsFor(page, rows.length / posts, posts);
  }
  return pageOfFew(db, conditions, page);
}

/** Limits a page that goes on from a cursor to what follows by time. */
const further = ({ after }: PageRequest): SQL =>
  after === null ? sql`true` : besides(after, 'after', 'NEWEST', byTime);

const newestFirst = (page: PageRequest): SQL =>
  sql`order by p.created_at desc, p.post_id desc, p.stream_id desc limit ${rowsOfPage(page)}`;

/**
 * Selects hits of several words among the newest posts, which are stored together. The planner underestimates words
 * that occur together, and would read all hits all over the table to find the newest twenty. Null for several
 * streams, and for a page that ends at a cursor.
 */
function amongNewest(conditions: PostConditions, page: PostPage, posts: number): SQL | null {
  if (page.before !== null) return null;
  const near = newestPosts(conditions.streams, posts, further(page));
  const where = postConditions(conditions, { byIndex: false });
  // The first read is the same whatever the search is.
  const plan = posts === nearPosts && page.after === null && usualLimits.has(page.limit) ? onePlan : sql``;
  return near && sql`${plan} ${postsStatement({ where, tail: newestFirst(page), of: near }, page.columns)}`;
}

/** At most this many hits are all read to find the newest of them: old words may not occur in the newest posts. */
const fewHits = 3_000;

/**
 * Returns the page of a search that has few hits, and null when it has many. One statement counts the hits and reads
 * the page: it walks the index once, which for a phrase of common words takes most of the time.
 */
async function pageOfFew(
  db: Database,
  conditions: PostConditions,
  page: PostPage,
): Promise<readonly PostRow[] | null> {
  const newest = sql`select p.stream_id, p.post_id from hits p ${newestFirst(page)}`;
  const shown = postsStatement({ where: sql`(p.stream_id, p.post_id) in (${newest})` }, page.columns);
  const statement = sql`
    with hits as materialized (
      select p.stream_id, p.post_id, p.created_at from posts p
      where ${postConditions(conditions)} and ${further(page)} limit ${fewHits + 1})
    select shown.*, counted."isFew"
    from (select count(*) <= ${fewHits} as "isFew" from hits) counted left join (${shown}) shown on counted."isFew"
    ${newestShown}`;
  const found = await db.rows<Record<string, unknown> & FewRow>(
    addAuthors(statement, newestShown, conditions, page),
  );
  return found[0]?.isFew === true ? toPosts(found.filter(hasPost)) : null;
}

/** The newest first, by the names of `PostRow`. */
const newestShown = sql`order by "createdAt" desc, "postId" desc, "streamId" desc`;
