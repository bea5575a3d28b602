import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { onePlan } from '../../db/prepared.ts';
import { runTogether } from '../../db/together.ts';
import type { PageRequest } from '../../shared/page.ts';
import { decodeCursor } from '../../shared/cursor.ts';
import { type PostConditions, postConditions } from './conditions.ts';
import type { PostRow } from './row.ts';

/** Which hits are ranked when a search finds many posts: see README.md. */
export type RankBounds = {
  /** How many of the newest posts are read when there are too many hits. */
  readonly posts: number;
  /** More hits than this among those posts are too many. */
  readonly nearHits: number;
  /** More hits than this in total are too many. */
  readonly hits: number;
  /**
   * How many of the newest posts are sampled to choose the bound that is cheaper to check first. They change no
   * answer.
   */
  readonly sample: number;
};

/**
 * Ranking a hit reads its row, anywhere in the table: up to ten microseconds. The newest posts are stored together:
 * half a microsecond each.
 */
export const rankBounds: RankBounds = { posts: 5_000, nearHits: 50, hits: 1_000, sample: 500 };

/** How many of the newest posts of one stream are read first for a search by several words. */
export const nearPosts = 1_000;

/** The usual numbers of posts to read are written into a statement, which is then planned once: see `usualLimits`. */
const usualNumbers: ReadonlySet<number> = new Set([rankBounds.sample, rankBounds.posts, nearPosts]);
const numberOf = (posts: number): SQL => (usualNumbers.has(posts) ? sql.raw(`${posts}`) : sql`${posts}::int`);

/** The instant from which the hits of a search are ranked, as `toISOString` writes it. Null: all hits are ranked. */
export type RankedFrom = string | null;

/**
 * Returns the instant from which the hits of each search are ranked. A page that goes on from a cursor uses the
 * instant in the cursor, which is that of the first page: otherwise new posts would shift the others.
 */
export async function findRankedFrom(
  db: Database,
  searches: readonly PostConditions[],
  page: PageRequest,
  bounds: RankBounds,
): Promise<readonly RankedFrom[]> {
  const cursor = page.after ?? page.before;
  if (cursor !== null) {
    const carried = relevancePlace(cursor)[4];
    return searches.map(() => (carried === undefined ? null : String(carried)));
  }
  const statements = searches.map((conditions) => {
    const { streams } = conditions;
    return sql`select case when ${isLarge(conditions, bounds)} then (${newestFrom(streams, bounds.posts)}) end as "from"`;
  });
  const found = await runTogether<{ readonly from: string | Date | null }>(db, statements);
  return found.map(([row]) => (row?.from ? new Date(row.from).toISOString() : null));
}

/** Whether the search of one stream is a common one, by a sample of the newest posts. */
export async function isLikelyCommon(
  db: Database,
  conditions: PostConditions,
  { sample }: RankBounds,
): Promise<boolean> {
  const first = newestPosts(conditions.streams, sample);
  if (first === null) return false;
  const hits = countTo(sampleHits, first, postConditions(conditions, { byIndex: false }));
  const [row] = await db.rows<{ readonly isCommon: boolean }>(
    // The newest posts are read whatever the search is.
    sql`${onePlan} select ${hits} > ${sampleHits} as "isCommon"`,
  );
  return row?.isCommon === true;
}

/** Whether a search has more hits than a bound in total, by the index. */
export async function hasMore(db: Database, conditions: PostConditions, bound: number): Promise<boolean> {
  const [row] = await db.rows<{ readonly hasMore: boolean }>(
    sql`select ${countTo(bound, sql`posts`, postConditions(conditions))} > ${bound} as "hasMore"`,
  );
  return row?.hasMore === true;
}

/** Counts the rows that meet a condition on `p`, up to one more than the bound. */
const countTo = (bound: number, of: SQL, where: SQL): SQL =>
  sql`(select count(*) as count from (select 1 from ${of} p where ${where} limit ${bound + 1}) hits)`;

/** With more hits than this in the sample, the search counts as common. */
const sampleHits = 2;

/**
 * Whether a search has too many hits. For a common word the index would have to find all hits, while the newest posts
 * have enough. For a rare word the index finds the few hits at once, while reading 5,000 posts takes five
 * milliseconds. A sample of the newest posts decides which is checked first; SQL evaluates the other only when
 * needed.
 */
function isLarge(conditions: PostConditions, { posts, nearHits, hits, sample }: RankBounds): SQL {
  const all = countTo(hits, sql`posts`, postConditions(conditions));
  const near = newestPosts(conditions.streams, posts);
  const first = newestPosts(conditions.streams, sample);
  if (near === null || first === null) return sql`${all} > ${hits}`;
  const looked = postConditions(conditions, { byIndex: false });
  const isNear = sql`${countTo(nearHits, near, looked)} > ${nearHits}`;
  // When there are few hits in total, the index also finds the near ones. Near hits cannot be more than all hits.
  const from = sql`(${newestFrom(conditions.streams, posts)})`;
  const isNearByIndex = sql`${countTo(nearHits, sql`posts`, sql`${postConditions(conditions)} and p.created_at >= ${from}`)} > ${nearHits}`;
  return sql`case when ${countTo(sampleHits, first, looked)} > ${sampleHits} then ${isNear} or ${all} > ${hits}
    else (select count > ${hits} or (count > ${nearHits} and ${isNearByIndex}) from ${all} counted) end`;
}

/**
 * Returns the values of a cursor in the order of relevance: rank, time, post, stream, and the instant from which hits
 * are ranked when not all are.
 */
export const relevancePlace = (cursor: string): readonly (string | number)[] =>
  decodeCursor(cursor, 'RELEVANCE', ['real', 'instant', 'uuid', 'int'], 'instant');

/**
 * Selects the newest posts of a stream, or of all, that meet a condition on `p`, with all posts of the last instant.
 * Served by posts_created or posts_newest, which have no id: without the ties, whole rows of that instant would be
 * sorted. Null for several streams, since no index orders their posts together.
 */
export function newestPosts(
  streams: readonly number[] | null,
  posts: number,
  where: SQL = sql`true`,
): SQL | null {
  if (streams !== null && streams.length !== 1) return null;
  const ofStream =
    streams === null ? sql`/* across streams: none is asked for */ true` : sql`p.stream_id = ${streams[0]}`;
  return sql`(select * from posts p where ${ofStream} and ${where} order by p.created_at desc fetch first (${numberOf(posts)}) rows with ties)`;
}

/**
 * Selects when the oldest of the newest posts of the streams was posted; several streams have equal shares. Null when
 * there are fewer posts. Reads posts_created or posts_newest alone.
 */
export function newestFrom(streams: readonly number[] | null, posts: number): SQL {
  const nth = (where: SQL, n: number) =>
    sql`select p.created_at from posts p where ${where} order by p.created_at desc offset ${numberOf(n)} - 1 limit 1`;
  if (streams === null) return nth(sql`true`, posts);
  const share = Math.ceil(posts / Math.max(1, streams.length));
  if (streams.length === 0) return sql`select null::timestamptz`;
  // One query for each stream: a Citus cluster refuses a limit for each row of a list.
  const each = streams.map((id) => sql`(${nth(sql`p.stream_id = ${id}`, share)})`);
  return sql`select max(nth.created_at) from (${sql.join(each, sql` union all `)}) nth`;
}

/** Adds the instant from which hits are ranked to posts, in place: their cursors carry it. */
export const withRankedFrom = (rows: readonly PostRow[], rankedFrom: RankedFrom): readonly PostRow[] =>
  rankedFrom === null ? rows : rows.map((row) => Object.assign(row, { rankedFrom }));
