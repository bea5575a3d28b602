import { type SQL, sql } from 'drizzle-orm';
import { ratioOfStream } from '../../db/impressions.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import { BadInputError } from '../../shared/errors.ts';
import { impressionsPerReaction } from '../../shared/metrics.ts';
import type { PageRequest } from '../../shared/page.ts';
import { type PostConditions, postConditions } from './conditions.ts';
import { isRated, isUnrated, type PostSelection } from './query.ts';
import type { PostRow } from './row.ts';
import { anyImpressions } from './columns.ts';
import { type RankedFrom, relevancePlace } from './relevance.ts';

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
      'Best match first; only with a search. When more than 1,000 posts match, or more than 50 of the newest 5,000 posts, the matches among ' +
      'the newest 5,000 come first in this order, and older matches follow, newest first. With several streams, each has an equal share of the 5,000.',
  },
} as const;
export type PostOrder = keyof typeof postOrders;

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

export const byTime: Part = { where: sql`true`, rank: null };

/** The rank of posts with an unknown figure: they come last. */
export const unknown = -1;

export function partsOf(
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
 * The usual sizes of pages. They are written into the statement: with a parameter, a plan that is made once would
 * be for a tenth of all rows. Each is a statement of its own, and a process prepares few.
 */
export const usualLimits: ReadonlySet<number> = new Set([10, 20, 25, 50, 100]);

/** The rows that a page reads: one more than it has. */
export const rowsOfPage = ({ limit }: PageRequest): SQL =>
  usualLimits.has(limit) ? sql.raw(`${limit + 1}`) : sql`${limit + 1}`;

/** Returns the parts of a page, each in its order, and the order of all together. */
export function selectionsOf(
  conditions: PostConditions,
  order: PostOrder,
  page: PageRequest,
  rankedFrom: RankedFrom,
): { readonly parts: readonly (PostSelection & { readonly isUnknown: boolean })[]; readonly tail: SQL } {
  const direction = (order === 'OLDEST') !== page.backwards ? sql`asc` : sql`desc`;
  const limit = rowsOfPage(page);
  const tailBy = (columns: readonly SQL[]) =>
    sql`order by ${sql.join(
      columns.map((column) => sql`${column} ${direction}`),
      sql`, `,
    )} limit ${limit}`;
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
export function besides(cursor: string, side: 'after' | 'before', order: PostOrder, part: Part): SQL {
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
