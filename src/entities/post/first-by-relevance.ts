import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { onePlan } from '../../db/prepared.ts';
import type { PageRequest } from '../../shared/page.ts';
import { type PostConditions, postConditions } from './conditions.ts';
import { partsOf, rowsOfPage, selectionsOf, usualLimits } from './order.ts';
import { addAuthors, hasPost, type FewRow, type PostPage } from './post-page.ts';
import { postsStatement, toPosts } from './query.ts';
import {
  hasMore,
  isLikelyCommon,
  newestFrom,
  newestPosts,
  type RankBounds,
  type RankedFrom,
  withRankedFrom,
} from './relevance.ts';
import type { PostRow } from './row.ts';

/** Whether a page is the first of a search in one stream. */
export const isFirstOfStream = ({ streams }: PostConditions, page: PageRequest): boolean =>
  streams?.length === 1 && page.after === null && page.before === null && !page.backwards;

/** The first page of a search, or from when on its hits are ranked. */
type First = { readonly rows: readonly PostRow[] } | { readonly rows: null; readonly rankedFrom: RankedFrom };

/** Returns the first page of a search in one stream, or from when on its hits are ranked. */
export const firstOfStream = async (
  db: Database,
  conditions: PostConditions,
  page: PostPage,
  bounds: RankBounds,
): Promise<First> =>
  (await firstOfCommon(db, conditions, page, bounds)) ?? firstOfFew(db, conditions, page, bounds);

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
): Promise<First | null> {
  const newest = newestPosts(conditions.streams, bounds.posts);
  if (newest === null || !(await isLikelyCommon(db, conditions, bounds))) return null;
  const [ranked] = partsOf('RELEVANCE', conditions, null);
  const { tail } = selectionsOf(conditions, 'RELEVANCE', page, null);
  const best = sql`select r.stream_id, r.post_id from ranked r
    order by r.rank desc, r.created_at desc, r.post_id desc, r.stream_id desc limit ${rowsOfPage(page)}`;
  const shown = postsStatement(
    { where: sql`(p.stream_id, p.post_id) in (${best})`, rank: sql`${ranked.rank}` },
    page.columns,
  );
  // The newest posts are read whatever the search is.
  const plan = usualLimits.has(page.limit) ? onePlan : sql``;
  const statement = sql`${plan}
    with ranked as materialized (
      select p.stream_id, p.post_id, p.created_at, ${ranked.rank} as rank
      from ${newest} p where ${postConditions(conditions, { byIndex: false })}),
    border as materialized (select (${newestFrom(conditions.streams, bounds.posts)}) as "from")
    select shown.*, border."from", (select count(*)::int from ranked) as near
    from (${shown}) shown, border ${tail}`;
  const found = await db.rows<Record<string, unknown> & Border & { readonly near: number }>(
    addAuthors(statement, tail, conditions, page),
  );
  const rows = toPosts(found);
  const [border] = found;
  // All posts of the stream were read.
  if (border?.from === null) return { rows };
  if (border === undefined || rows.length <= page.limit) return null;
  const isLarge = border.near > bounds.nearHits || (await hasMore(db, conditions, bounds.hits));
  return isLarge ? { rows: withRankedFrom(rows, rankedFromOfBorder(border)) } : null;
}

/**
 * Returns the first page of a search that has so few hits that all are ranked; otherwise, from when on they are. One
 * statement walks the index, counts the hits and reads the page.
 */
async function firstOfFew(
  db: Database,
  conditions: PostConditions,
  page: PostPage,
  { posts, nearHits, hits }: RankBounds,
): Promise<First> {
  const [ranked] = partsOf('RELEVANCE', conditions, null);
  const { tail } = selectionsOf(conditions, 'RELEVANCE', page, null);
  const where = sql`p.stream_id = ${conditions.streams?.[0]} and p.post_id in (select h.post_id from hits h)`;
  const best = sql`order by ${ranked.rank} desc, p.created_at desc, p.post_id desc, p.stream_id desc limit ${rowsOfPage(page)}`;
  const shown = postsStatement({ where, tail: best, rank: sql`${ranked.rank}` }, page.columns);
  // The border is found only when there are enough hits for it to matter.
  const statement = sql`
    with hits as materialized (
      select p.stream_id, p.post_id, p.created_at from posts p where ${postConditions(conditions)} limit ${hits + 1}),
    border as materialized (
      select case when (select count(*) from hits) > ${nearHits} then (${newestFrom(conditions.streams, posts)}) end as "from"),
    counted as materialized (
      select count(*) <= ${hits} and count(*) filter (where h.created_at >= border."from") <= ${nearHits} as "isFew"
      from border left join hits h on true)
    select shown.*, border."from", counted."isFew"
    from border, counted left join (${shown}) shown on counted."isFew" ${tail}`;
  const found = await db.rows<Record<string, unknown> & Border & FewRow>(
    addAuthors(statement, tail, conditions, page),
  );
  return found[0]?.isFew === true
    ? { rows: toPosts(found.filter(hasPost)) }
    : { rows: null, rankedFrom: rankedFromOfBorder(found[0]) };
}

/** The instant from which hits are ranked; null when the stream has fewer posts. */
type Border = { readonly from: string | Date | null };

const rankedFromOfBorder = (border: Border | undefined): RankedFrom =>
  border?.from ? new Date(border.from).toISOString() : null;
