import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { ratioOfStream } from '../../db/impressions.ts';
import { runTogether } from '../../db/together.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import { BadInputError } from '../../shared/errors.ts';
import { impressionsPerReaction } from '../../shared/metrics.ts';
import type { PageRequest } from '../../shared/page.ts';
import { type PostConditions, postConditions } from './conditions.ts';
import {
  findRankedFrom,
  hasMore,
  isLikelyCommon,
  newestFrom,
  newestPosts,
  type RankBounds,
  rankBounds,
  type RankedFrom,
  relevancePlace,
} from './relevance.ts';
import {
  isRated,
  isUnrated,
  type PostRow,
  type PostSelection,
  anyImpressions,
  postsStatement,
  postsStatementOfAll,
  runPosts,
  toPosts,
  withAuthors,
} from './query.ts';

/** The orders of a list of posts, with their descriptions in the API. */
export const postOrders = {
  NEWEST: { description: 'Latest posted first.' },
  OLDEST: { description: 'Earliest posted first.' },
  LIKES: { description: 'Most likes first.' },
  REPOSTS: { description: 'Most reposts first.' },
  REPLIES: { description: 'Most replies first.' },
  IMPRESSIONS: { description: 'Most impressions first, estimated ones included.' },
  ENGAGEMENT: { description: 'Most engagement first.' },
  RELEVANCE: {
    description:
      'Best match first; only with a search. When more than 1,000 posts match, or more than 100 of the newest 10,000 posts, the matches among ' +
      'the newest 10,000 come first in this order, and older matches follow, newest first. With several streams, each has an equal share of the 10,000.',
  },
} as const;
export type PostOrder = keyof typeof postOrders;

/** A page of posts, and whether their authors are read with them. */
export type PostPage = PageRequest & { readonly authors?: boolean };

/** Posts that one index has in the order of the list. */
type Part = {
  readonly where: SQL;
  /**
   * The sort value before the time: an expression for each post, or one number for all. Null when only the time
   * sorts.
   */
  readonly rank: SQL | number | null;
  /** Set when the index has another value in the same order: that value, and its factor to `rank`. */
  readonly indexed?: { readonly value: SQL; readonly times: SQL };
  /** Whether the part has so few posts that all are read, without the index of searches. */
  readonly isSmall?: boolean;
};

const byTime: Part = { where: sql`true`, rank: null };

/** The rank of posts with an unknown figure: they come last. */
const unknown = -1;

function partsOf(
  order: PostOrder,
  { search, streams }: PostConditions,
  rankedFrom: RankedFrom,
): readonly [Part, ...Part[]] {
  switch (order) {
    case 'NEWEST':
    case 'OLDEST':
      return [byTime];
    case 'RELEVANCE':
      if (search === null) throw new BadInputError('orderBy RELEVANCE needs a search in the filter');
      return relevanceParts(sql`ts_rank(p.search, ${search}::tsquery)`, rankedFrom);
    case 'IMPRESSIONS':
      return [...impressionParts(streams), ...unratedParts(streams)];
    default:
      return [
        { where: isRated, rank: sql`coalesce(p.${sql.identifier(order.toLowerCase())}, -1)` },
        ...unratedParts(streams),
      ];
  }
}

/** Returns the ranked hits, and the hits that follow them. No rank is below 0. */
function relevanceParts(rank: SQL, rankedFrom: RankedFrom): readonly [Part, ...Part[]] {
  if (rankedFrom === null) return [{ where: sql`true`, rank }];
  const from = sql`${rankedFrom}::timestamptz`;
  return [
    { where: sql`p.created_at >= ${from}`, rank, isSmall: true },
    { where: sql`p.created_at < ${from}`, rank: unknown },
  ];
}

/**
 * Posts without a figure: those of one stream are in posts_unrated, but chat messages, which never have figures, are
 * in posts_created. The kind of the stream is checked first, because without messages a search for them would read
 * all posts of an account.
 */
function unratedParts(streams: readonly number[] | null): readonly Part[] {
  const [streamId, ...others] = streams ?? [];
  if (streamId === undefined || others.length > 0) return [{ where: isUnrated, rank: unknown }];
  const isChannel = sql`(select s.kind = 'CHANNEL' from streams s where s.stream_id = ${streamId})`;
  return [
    { where: sql`${isUnrated} and p.platform_id is null`, rank: unknown },
    { where: sql`${isUnrated} and p.platform_id is not null and ${isChannel}`, rank: unknown },
  ];
}

/**
 * In one stream, measured impressions and estimated ones each have an order in posts_impressions. Several streams
 * have different ratios, so no index orders their estimates.
 */
function impressionParts(streams: readonly number[] | null): readonly [Part, ...Part[]] {
  const [streamId, ...others] = streams ?? [];
  if (streamId === undefined || others.length > 0) {
    return [{ where: isRated, rank: sql`coalesce(${anyImpressions}, -1)` }];
  }
  const value = sql`coalesce(p.impressions, -1)`;
  const times = sql`(${ratioOfStream(streamId)} / ${impressionsPerReaction}::numeric)`;
  return [
    { where: sql`${isRated} and not p.impressions_estimated`, rank: value },
    {
      where: sql`${isRated} and p.impressions_estimated`,
      rank: sql`${value} * ${times}`,
      indexed: { value, times },
    },
  ];
}

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
  const all = () => run(statementOf(parts, tail));
  if (page.backwards) return all();
  if (order === 'NEWEST' && hasSeveralWords(conditions)) {
    for (let posts = nearPosts; posts <= nearPostsMax; ) {
      const near = amongNewest(conditions, page, posts);
      if (near === null) break;
      const rows = await run(near);
      if (rows.length > page.limit) return rows;
      if (rows.length === 0 && !(await hasMore(db, conditions, fewHits)))
        return run(amongHits(conditions, page));
      posts = postsFor(page, rows.length / posts, posts);
    }
  }
  if (known.length === parts.length) return all();
  const rows = await run(statementOf(known, tail));
  if (order === 'RELEVANCE' && rows.length <= page.limit) {
    const others = await run(
      statementOf(
        parts.filter(({ isUnknown }) => isUnknown),
        tail,
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
    return addAuthors(statementOf(parts, tail), tail, conditions, page);
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
  rankedFrom === null ? rows : rows.map((row) => ({ ...row, rankedFrom }));

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
  const shown = postsStatement(sql`(p.stream_id, p.post_id) in (${best})`, sql``, sql`${ranked.rank}`);
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
  const rows = toPosts(found.map(({ from: _, near: __, ...row }) => row));
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
function amongNewest(conditions: PostConditions, page: PageRequest, posts: number): SQL | null {
  if (page.before !== null) return null;
  const near = newestPosts(conditions.streams, posts, further(page));
  const where = postConditions(conditions, { byIndex: false });
  return near && postsStatement(where, newestFirst(page), sql`null`, near);
}

/** At most this many hits are all read to find the newest of them: old words may not occur in the newest posts. */
const fewHits = 1_000;

/**
 * Selects all hits, which are few. The planner overestimates alternatives, and would read all posts to find the
 * newest twenty: the fence (offset 0) prevents that.
 */
function amongHits(conditions: PostConditions, page: PageRequest): SQL {
  const hits = sql`(select * from posts p where ${postConditions(conditions)} and ${further(page)} offset 0)`;
  return postsStatement(sql`true`, newestFirst(page), sql`null`, hits);
}

/** Adds authors to the posts of one stream. Those of several may lie on several nodes of a Citus cluster. */
const addAuthors = (
  posts: SQL,
  order: SQL,
  { streams }: PostConditions,
  { authors = false }: PostPage,
): SQL => (authors && streams?.length === 1 ? withAuthors(posts, order) : posts);

function statementOf(parts: readonly PostSelection[], tail: SQL): SQL {
  const [only, ...others] = parts;
  if (only === undefined || others.length > 0) return postsStatementOfAll(parts, tail);
  return postsStatement(only.where, only.tail, only.rank);
}

/** Returns the parts of a page, each in its order, and the order of all together. */
function selectionsOf(
  conditions: PostConditions,
  order: PostOrder,
  page: PageRequest,
  rankedFrom: RankedFrom,
): { readonly parts: readonly (PostSelection & { readonly isUnknown: boolean })[]; readonly tail: SQL } {
  const direction = (order === 'OLDEST') !== page.backwards ? sql`asc` : sql`desc`;
  const tailBy = (columns: readonly SQL[]) =>
    sql`order by ${sql.join(
      columns.map((column) => sql`${column} ${direction}`),
      sql`, `,
    )} limit ${page.limit + 1}`;
  const parts = partsOf(order, conditions, rankedFrom).map((part) => {
    const where = [postConditions(conditions, { byIndex: part.isSmall !== true }), part.where];
    if (page.after !== null) where.push(besides(page.after, 'after', order, part));
    if (page.before !== null) where.push(besides(page.before, 'before', order, part));
    return {
      where: sql.join(where, sql` and `),
      tail: tailBy(columnsOf(part)),
      rank: typeof part.rank === 'number' ? sql.raw(`${part.rank}`) : (part.rank ?? sql`null`),
      isUnknown: part.rank === unknown,
    };
  });
  return { parts, tail: tailBy([sql`rank`, sql`"createdAt"`, sql`"postId"`, sql`"streamId"`]) };
}

/** Returns the columns that order the posts of a part. */
function columnsOf({ rank, indexed }: Part): readonly SQL[] {
  const place = [sql`p.created_at`, sql`p.post_id`, sql`p.stream_id`];
  return rank === null || typeof rank === 'number' ? place : [indexed?.value ?? rank, ...place];
}

/** Limits a part to posts after the cursor of the list, or before it. */
function besides(cursor: string, side: 'after' | 'before', order: PostOrder, part: Part): SQL {
  const first = part.rank === null ? 0 : 1;
  const values =
    order === 'RELEVANCE'
      ? relevancePlace(cursor)
      : decodeCursor(cursor, order, [
          ...(part.rank === null ? [] : (['bigint'] as const)),
          ...(['instant', 'uuid', 'int'] as const),
        ]);
  const [createdAt, postId, streamId] = values.slice(first, first + 3);
  const place = [sql`${createdAt}::timestamptz`, sql`${postId}::uuid`, sql`${streamId}::int`];
  if (typeof part.rank === 'number') {
    const rank = Number(values[0]);
    // The highest rank comes first, and all posts of this part have the same rank.
    if (rank !== part.rank) return part.rank < rank === (side === 'after') ? sql`true` : sql`false`;
  } else if (part.rank !== null) {
    const rank = order === 'RELEVANCE' ? sql`${values[0]}::float4` : sql`${values[0]}::bigint`;
    if (part.indexed === undefined) place.unshift(rank);
    else {
      // A rank between two that the index can have is above all posts of the lower one.
      const value = sql`(${rank} / ${part.indexed.times})`;
      place.unshift(sql`floor(${value})::bigint`);
      place[1] = sql`case when floor(${value}) = ${value} then ${place[1]} else 'infinity' end`;
    }
  }
  const columns = sql.join([...columnsOf(part)], sql`, `);
  const upwards = (order === 'OLDEST') === (side === 'after');
  return sql`(${columns}) ${upwards ? sql`>` : sql`<`} (${sql.join(place, sql`, `)})`;
}

/** Returns the cursor of a post in an order. */
export function postCursor(order: PostOrder, post: PostRow): string {
  const place = [post.createdAt.toISOString(), post.postId, post.streamId] as const;
  const end = post.rankedFrom === undefined ? [] : [post.rankedFrom];
  return encodeCursor(post.rank === null ? [order, ...place] : [order, post.rank, ...place, ...end]);
}
