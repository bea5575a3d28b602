import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { onePlan } from '../../db/prepared.ts';
import { runTogether } from '../../db/together.ts';
import type { PageRequest } from '../../shared/page.ts';
import { type PostConditions, postConditions } from './conditions.ts';
import type { PostColumns } from './columns.ts';
import { besides, byTime, partsOf, type PostOrder, selectionsOf, unknown, usualLimits } from './order.ts';
import {
  findRankedFrom,
  hasMore,
  isLikelyCommon,
  newestFrom,
  newestPosts,
  type RankBounds,
  rankBounds,
  type RankedFrom,
} from './relevance.ts';
import {
  type PostSelection,
  postsStatement,
  postsStatementOfAll,
  runPosts,
  toPosts,
  withAuthors,
} from './query.ts';
import type { PostRow } from './row.ts';

/** A page of posts, and what is read of each; by default all but the author. */
export type PostPage = PageRequest & { readonly columns?: PostColumns };

/**
 * Returns one page of posts, with one row more when there are more. The order ends in (created_at, post_id,
 * stream_id), which is unique. A page goes on from values, not from a row number, so it is stable while posts are
 * added.
 */
export async function listPosts(
  db: Database,
  conditions: PostConditions,
  order: PostOrder,
  page: PostPage,
  bounds: RankBounds = rankBounds,
): Promise<readonly PostRow[]> {
  if (findsNothing(conditions)) return [];
  const found = order === 'RELEVANCE' ? await firstOfCommon(db, conditions, page, bounds) : null;
  if (found !== null) return found;
  // The newest posts of one stream were read above, so `findRankedFrom` asks the index for hits elsewhere first.
  const isLooked = conditions.streams?.length === 1 && !page.backwards;
  const nextBounds = isLooked ? { ...bounds, sample: 0 } : bounds;
  const [rankedFrom = null] = await rankedFromOf(db, [conditions], order, page, nextBounds);
  const { parts, tail } = selectionsOf(conditions, order, page, rankedFrom);
  const known = parts.filter(({ isUnknown }) => !isUnknown);
  const run = async (statement: SQL) =>
    withRankedFrom(await runPosts(db, addAuthors(statement, tail, conditions, page)), rankedFrom);
  const plan = hasOnePlan(conditions, order, page) ? onePlan : sql``;
  const all = () => run(sql`${plan} ${statementOf(parts, tail, page)}`);
  if (page.backwards) return all();
  if (order === 'NEWEST' && hasSeveralWords(conditions)) {
    for (let posts = nearPosts; posts <= nearPostsMax; ) {
      const near = amongNewest(conditions, page, posts);
      if (near === null) return all();
      const rows = await run(near);
      if (rows.length > page.limit) return rows;
      posts = postsFor(page, rows.length / posts, posts);
    }
    const few = await pageOfFew(db, conditions, page);
    if (few !== null) return few;
  }
  if (known.length === parts.length) return all();
  const rows = await run(sql`${plan} ${statementOf(known, tail, page)}`);
  if (order === 'RELEVANCE' && rows.length <= page.limit) {
    const others = await run(
      statementOf(
        parts.filter(({ isUnknown }) => isUnknown),
        tail,
        page,
      ),
    );
    return [...rows, ...others].slice(0, page.limit + 1);
  }
  // Most pages are full of known figures, which come first: half of the work is enough for them.
  return rows.length > page.limit && Number(rows.at(-1)?.rank) > unknown ? rows : all();
}

/** Returns the pages of several selections in one statement, each as `listPosts` does. */
export async function listPostsOfEach(
  db: Database,
  asked: readonly PostConditions[],
  order: PostOrder,
  page: PostPage,
  bounds: RankBounds = rankBounds,
): Promise<readonly (readonly PostRow[])[]> {
  const [only] = asked;
  if (only !== undefined && asked.length === 1) return [await listPosts(db, only, order, page, bounds)];
  const rankedFrom = await rankedFromOf(db, asked, order, page, bounds);
  const statements = asked.map((conditions, at) => {
    if (findsNothing(conditions)) return null;
    const { parts, tail } = selectionsOf(conditions, order, page, rankedFrom[at] ?? null);
    return addAuthors(statementOf(parts, tail, page), tail, conditions, page);
  });
  const found = await runTogether<Record<string, unknown>>(db, statements);
  return found.map((rows, at) => withRankedFrom(toPosts(rows), rankedFrom[at] ?? null));
}

async function rankedFromOf(
  db: Database,
  asked: readonly PostConditions[],
  order: PostOrder,
  page: PageRequest,
  bounds: RankBounds,
): Promise<readonly RankedFrom[]> {
  return order === 'RELEVANCE' ? findRankedFrom(db, asked, page, bounds) : [];
}

const withRankedFrom = (rows: readonly PostRow[], rankedFrom: RankedFrom): readonly PostRow[] =>
  rankedFrom === null ? rows : rows.map((row) => Object.assign(row, { rankedFrom }));

/**
 * Returns the first page of a common search from one read of the newest posts. It ranks and counts them at once, and
 * reads only the rows of the page in full. Null when there may not be too many hits, or when there are too few for
 * the page.
 */
async function firstOfCommon(
  db: Database,
  conditions: PostConditions,
  page: PostPage,
  bounds: RankBounds,
): Promise<readonly PostRow[] | null> {
  const newest = newestPosts(conditions.streams, bounds.posts);
  if (newest === null || !(await isLikelyCommon(db, conditions, page, bounds))) return null;
  const [ranked] = partsOf('RELEVANCE', conditions, null);
  const { tail } = selectionsOf(conditions, 'RELEVANCE', page, null);
  const best = sql`select r.stream_id, r.post_id from ranked r
    order by r.rank desc, r.created_at desc, r.post_id desc, r.stream_id desc limit ${page.limit + 1}`;
  const shown = postsStatement(
    { where: sql`(p.stream_id, p.post_id) in (${best})`, rank: sql`${ranked.rank}` },
    page.columns,
  );
  const statement = sql`
    with ranked as materialized (
      select p.stream_id, p.post_id, p.created_at, ${ranked.rank} as rank
      from ${newest} p where ${postConditions(conditions, { byIndex: false })}),
    border as materialized (select (${newestFrom(conditions.streams, bounds.posts)}) as "from")
    select shown.*, border."from", (select count(*)::int from ranked) as near
    from (${shown}) shown, border ${tail}`;
  const found = await db.rows<Record<string, unknown> & Border>(
    addAuthors(statement, tail, conditions, page),
  );
  const rows = toPosts(found);
  const [border] = found;
  // All posts of the stream were read.
  if (border?.from === null) return rows;
  if (border === undefined || rows.length <= page.limit) return null;
  const isLarge = border.near > bounds.nearHits || (await hasMore(db, conditions, bounds.hits));
  return isLarge ? withRankedFrom(rows, new Date(border.from).toISOString()) : null;
}

/** The instant from which hits are ranked, null when the stream has fewer posts, and how many hits are ranked. */
type Border = { readonly from: string | Date | null; readonly near: number };

/** Whether a search has no word. A Citus cluster refuses a condition that is plainly false. */
const findsNothing = ({ search }: PostConditions): boolean => search === '';

/**
 * How many of the newest posts are read before the index is used, and the most that are read when their hits promise
 * a full page.
 */
const nearPosts = 1_000;
const nearPostsMax = 12_000;

/**
 * Returns how many of the newest posts to read for a full page, at this share of hits. Adds a half, because hits come
 * in bursts. At least twice as many as before.
 */
const postsFor = ({ limit }: PageRequest, share: number, before: number): number =>
  Math.max(before * 2, Math.ceil((1.5 * (limit + 1)) / share));

const hasSeveralWords = ({ search }: PostConditions): boolean =>
  search !== null && / (&|\||<->) /.test(search);

/** Limits a page that goes on from a cursor to what follows by time. */
const further = ({ after }: PageRequest): SQL =>
  after === null ? sql`true` : besides(after, 'after', 'NEWEST', byTime);

const newestFirst = ({ limit }: PageRequest): SQL =>
  sql`order by p.created_at desc, p.post_id desc, p.stream_id desc limit ${limit + 1}`;

/**
 * Selects hits of several words among the newest posts, which are stored together. The planner underestimates words
 * that occur together, and would read all hits all over the table to find the newest twenty. Null for several
 * streams, and for a page that ends at a cursor.
 */
function amongNewest(conditions: PostConditions, page: PostPage, posts: number): SQL | null {
  if (page.before !== null) return null;
  const near = newestPosts(conditions.streams, posts, further(page));
  const where = postConditions(conditions, { byIndex: false });
  return near && postsStatement({ where, tail: newestFirst(page), of: near }, page.columns);
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
  const found = await db.rows<Record<string, unknown> & { readonly isFew: boolean }>(
    addAuthors(statement, newestShown, conditions, page),
  );
  if (found[0]?.isFew !== true) return null;
  // Without a hit there is one row, of the count alone.
  return toPosts(found.filter(({ postId }) => postId !== null));
}

/** The newest first, by the names of `PostRow`. */
const newestShown = sql`order by "createdAt" desc, "postId" desc, "streamId" desc`;

/**
 * Whether a page is of all posts of a stream, by an index that has their order: its best plan is always the same. A plan
 * takes a millisecond, and such a page a third of that.
 */
const hasOnePlan = (
  // `own` is no parameter.
  { streams, terms, range, days, own: _, ...others }: PostConditions,
  order: PostOrder,
  { limit }: PageRequest,
): boolean =>
  streams?.length === 1 &&
  order !== 'RELEVANCE' &&
  usualLimits.has(limit) &&
  [range.from, range.to, days.from, days.to, ...Object.values(terms), ...Object.values(others)].every(
    (condition) => condition === null,
  );

/** Adds authors to the posts of one stream. Those of several may lie on several nodes of a Citus cluster. */
const addAuthors = (posts: SQL, order: SQL, { streams }: PostConditions, { columns }: PostPage): SQL =>
  columns?.has('author') && streams?.length === 1 ? withAuthors(posts, order) : posts;

function statementOf(parts: readonly PostSelection[], tail: SQL, { columns }: PostPage): SQL {
  const [only, ...others] = parts;
  if (only === undefined || others.length > 0) return postsStatementOfAll(parts, tail, columns);
  return postsStatement(only, columns);
}
