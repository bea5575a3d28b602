import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { createdIn } from '../../db/created-in.ts';
import { impressionsOf, ratioOfStream } from '../../db/impressions.ts';
import { runTogether } from '../../db/together.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import { BadInputError } from '../../shared/errors.ts';
import { impressionsPerReaction } from '../../shared/metrics.ts';
import type { PageRequest } from '../../shared/page.ts';
import type { PostKind, ProviderName } from '../../shared/post.ts';
import type { Range } from '../../shared/range.ts';
import { atClock, type ClockConditions } from './clock.ts';
import type { SearchQuery } from '../../shared/search-query.ts';
import type { SentimentLabel } from '../../shared/sentiment.ts';
import {
  isRated,
  isUnrated,
  type PostRow,
  type PostSelection,
  postsStatement,
  postsStatementOfAll,
  runPosts,
} from './query.ts';

/** Conditions that must all hold; null holds for every post. Within a list one must. */
export type PostConditions = {
  /** As `searchQuery` gives it; null: any text. */
  readonly search: SearchQuery | null;
  readonly streams: readonly number[] | null;
  /** Handles in lower case, without @. */
  readonly authors: readonly string[] | null;
  /** In lower case, without #. */
  readonly hashtags: readonly string[] | null;
  readonly kinds: readonly PostKind[] | null;
  readonly providers: readonly ProviderName[] | null;
  readonly languages: readonly string[] | null;
  readonly sentiment: SentimentLabel | null;
  readonly hasMedia: boolean | null;
  readonly minLikes: number | null;
  /** True: posts by the account itself, or matches of the topic. False: posts by others, fetched for conversations. */
  readonly own: boolean | null;
  readonly range: Range;
  /** The days that the range holds, for posts of which only the day is known. */
  readonly days: Range;
  /** Posts with one of these terms, in the form in which they are counted. */
  readonly terms: { readonly [List in TermList]: readonly string[] | null };
  /** The apps posted with. */
  readonly clients: readonly string[] | null;
  /** Null: at any hour of any day. */
  readonly clock: ClockConditions | null;
};

/** Lists of terms in a post's row that no index serves: the posts of the streams are read in their order. */
export type TermList = 'mentions' | 'domains' | 'emoji';

/** How a list of posts is sorted, with the sentence that the API says of each. */
export const postOrders = {
  NEWEST: { description: 'Latest posted first.' },
  OLDEST: { description: 'Earliest posted first.' },
  LIKES: { description: 'Most likes first.' },
  REPOSTS: { description: 'Most reposts first.' },
  REPLIES: { description: 'Most replies first.' },
  IMPRESSIONS: { description: 'Most impressions first, estimated ones included.' },
  ENGAGEMENT: { description: 'Most engagement first.' },
  RELEVANCE: { description: 'Best match first; only with a search.' },
} as const;
export type PostOrder = keyof typeof postOrders;

/** Whose terms are its own: a repost's are the original's, and counted there. */
const isOriginal = sql`p.kind <> 'REPOST'`;

/** The conditions as SQL on `p`. */
export function postConditions(conditions: PostConditions): SQL {
  const { search, streams, authors, hashtags, kinds, providers, languages, sentiment, range } = conditions;
  const { clients, clock } = conditions;
  const parts: SQL[] = [];
  // One stream as an equality, so that the planner knows its rows to be in the order of (figure, time, id).
  if (streams?.length === 1) parts.push(sql`p.stream_id = ${streams[0]}`);
  else if (streams) parts.push(sql`p.stream_id = any(${arrayOf(streams)}::int[])`);
  // A search without a word finds nothing.
  if (search !== null) parts.push(search === '' ? sql`false` : sql`p.search @@ ${search}::tsquery`);
  if (authors) {
    parts.push(sql`exists (select 1 from authors a where a.stream_id = p.stream_id and a.author_id = p.author_id
      and lower(a.handle) = any(${arrayOf(authors)}::text[]))`);
  }
  if (hashtags) {
    // By post_terms' primary key; a post with two of the tags is still one.
    parts.push(sql`(p.stream_id, p.post_id) in (select t.stream_id, t.post_id from post_terms t
      where t.term = any(${arrayOf(hashtags)}::text[]) ${streams ? sql`and t.stream_id = any(${arrayOf(streams)}::int[])` : sql``}) and ${isOriginal}`);
  }
  if (kinds) parts.push(sql`p.kind = any(${arrayOf(kinds)}::post_kind[])`);
  if (providers) parts.push(sql`p.provider = any(${arrayOf(providers)}::provider[])`);
  if (languages) parts.push(sql`p.language = any(${arrayOf(languages)}::text[])`);
  if (sentiment === 'POSITIVE') parts.push(sql`p.sentiment >= 500`);
  if (sentiment === 'NEGATIVE') parts.push(sql`p.sentiment <= -500`);
  if (sentiment === 'NEUTRAL') parts.push(sql`p.sentiment > -500 and p.sentiment < 500`);
  if (conditions.hasMedia !== null)
    parts.push(conditions.hasMedia ? sql`p.media is not null` : sql`p.media is null`);
  if (conditions.minLikes !== null) parts.push(sql`p.likes >= ${conditions.minLikes}`);
  if (conditions.own !== null) parts.push(conditions.own ? sql`p.own` : sql`not p.own`);
  if (range.from !== null || range.to !== null) parts.push(createdIn(range, conditions.days));
  for (const [list, terms] of Object.entries(conditions.terms)) {
    if (terms) parts.push(sql`p.${sql.identifier(list)} && ${arrayOf(terms)}::text[] and ${isOriginal}`);
  }
  if (clients) parts.push(sql`p.client = any(${arrayOf(clients)}::text[]) and ${isOriginal}`);
  if (clock) parts.push(...atClock(clock, range));
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
}

/** Posts that stand in one index in the order of a list. */
type Part = {
  readonly where: SQL;
  /** What they are sorted by before the time: a value of each, or the same for all; null where the time comes first. */
  readonly rank: SQL | number | null;
  /** Where the index has another value in the same order: that value, and by what it is multiplied. */
  readonly indexed?: { readonly value: SQL; readonly times: SQL };
};

/** The rank of posts whose figure is unknown: they come last. */
const unknown = -1;

function partsOf(order: PostOrder, { search, streams }: PostConditions): readonly [Part, ...Part[]] {
  switch (order) {
    case 'NEWEST':
    case 'OLDEST':
      return [{ where: sql`true`, rank: null }];
    case 'RELEVANCE':
      if (search === null) throw new BadInputError('orderBy RELEVANCE needs a search in the filter');
      return [{ where: sql`true`, rank: sql`ts_rank(p.search, ${search}::tsquery)` }];
    case 'IMPRESSIONS':
      return [...impressionParts(streams), { where: isUnrated, rank: unknown }];
    default:
      return [
        { where: isRated, rank: sql`coalesce(p.${sql.identifier(order.toLowerCase())}, -1)` },
        { where: isUnrated, rank: unknown },
      ];
  }
}

/**
 * Of one stream, measured impressions and estimated ones each stand in one order in posts_impressions. Several streams
 * have a ratio each, so that their estimates stand in none.
 */
function impressionParts(streams: readonly number[] | null): readonly [Part, ...Part[]] {
  const [streamId, ...others] = streams ?? [];
  if (streamId === undefined || others.length > 0) {
    return [{ where: isRated, rank: sql`coalesce(${impressionsOf(sql`p`)}, -1)` }];
  }
  const value = sql`coalesce(p.impressions, -1)`;
  const times = sql`(${ratioOfStream(sql`${streamId}`)} / ${impressionsPerReaction}::numeric)`;
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
 * One page of posts and one row more where there are more. The order ends in (created_at, post_id, stream_id), which
 * is unique, and goes on from values, not from a row number: it is stable while posts are added.
 */
export async function listPosts(
  db: Database,
  conditions: PostConditions,
  order: PostOrder,
  page: PageRequest,
): Promise<readonly PostRow[]> {
  const { parts, tail } = selectionsOf(conditions, order, page);
  const known = parts.filter(({ isUnknown }) => !isUnknown);
  const all = () => runPosts(db, statementOf(parts, tail));
  if (page.backwards || known.length === parts.length) return all();
  const rows = await runPosts(db, statementOf(known, tail));
  // Most pages are full of known figures, which come before all others: half the work is enough for them.
  return rows.length > page.limit && Number(rows.at(-1)?.rank) > unknown ? rows : all();
}

/** The statement of such a page, for several that are read together. */
export function postPageStatement(conditions: PostConditions, order: PostOrder, page: PageRequest): SQL {
  const { parts, tail } = selectionsOf(conditions, order, page);
  return statementOf(parts, tail);
}

function statementOf(parts: readonly PostSelection[], tail: SQL): SQL {
  const [only, ...others] = parts;
  if (only === undefined || others.length > 0) return postsStatementOfAll(parts, tail);
  return postsStatement(only.where, only.tail, only.rank);
}

/** The parts of a page, each in its order, and what puts them in order together. */
function selectionsOf(
  conditions: PostConditions,
  order: PostOrder,
  page: PageRequest,
): { readonly parts: readonly (PostSelection & { readonly isUnknown: boolean })[]; readonly tail: SQL } {
  const direction = (order === 'OLDEST') !== page.backwards ? sql`asc` : sql`desc`;
  const tailBy = (columns: readonly SQL[]) =>
    sql`order by ${sql.join(
      columns.map((column) => sql`${column} ${direction}`),
      sql`, `,
    )} limit ${page.limit + 1}`;
  const parts = partsOf(order, conditions).map((part) => {
    const where = [postConditions(conditions), part.where];
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

/** What tells the place of a post in its part. */
function columnsOf({ rank, indexed }: Part): readonly SQL[] {
  const place = [sql`p.created_at`, sql`p.post_id`, sql`p.stream_id`];
  return rank === null || typeof rank === 'number' ? place : [indexed?.value ?? rank, ...place];
}

/** That a post of the part comes after the cursor's in the list, or before it. */
function besides(cursor: string, side: 'after' | 'before', order: PostOrder, part: Part): SQL {
  const rankField = order === 'RELEVANCE' ? 'real' : 'bigint';
  const values = decodeCursor(cursor, order, [
    ...(part.rank === null ? [] : ([rankField] as const)),
    ...(['instant', 'uuid', 'int'] as const),
  ]);
  const [createdAt, postId, streamId] = values.slice(-3);
  const place = [sql`${createdAt}::timestamptz`, sql`${postId}::uuid`, sql`${streamId}::int`];
  if (typeof part.rank === 'number') {
    const rank = Number(values[0]);
    // The highest rank comes first, and all of the part has the same.
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

/** How many posts each of the conditions select, in one statement. */
export async function countPosts(
  db: Database,
  conditions: readonly PostConditions[],
): Promise<readonly number[]> {
  const statements = conditions.map((each) => sql`select (${countOf(each)})::float8 as count`);
  const counts = await runTogether<{ readonly count: number }>(db, statements);
  return counts.map(([row]) => row?.count ?? 0);
}

/**
 * The number of own posts is that of all posts less that of posts by others. An index alone gives each of the two
 * (posts_created and posts_others). A filter by `own` would read every row, since no index has that column.
 */
function countOf(conditions: PostConditions): SQL {
  const { own, streams, range, days, terms, ...others } = conditions;
  const isNarrow = [...Object.values(others), ...Object.values(terms)].some(
    (condition) => condition !== null,
  );
  const countWhere = (each: PostConditions) =>
    sql`(select count(*) from posts p where ${postConditions(each)})`;
  if (own !== true || isNarrow) return countWhere(conditions);
  return sql`${countWhere({ ...conditions, own: null })} - ${countWhere({ ...conditions, own: false })}`;
}

/** The place of a post in an order. */
export function postCursor(order: PostOrder, post: PostRow): string {
  const place = [post.createdAt.toISOString(), post.postId, post.streamId] as const;
  return encodeCursor(post.rank === null ? [order, ...place] : [order, post.rank, ...place]);
}
