import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import type { PageRequest } from '../../shared/page.ts';
import { decodeCursor } from '../../shared/cursor.ts';
import { type PostConditions, postConditions } from './conditions.ts';

/** What is ranked of a search that finds many posts: see README.md. */
export type RankBounds = {
  /** So many newest posts of the streams are looked at where the hits are too many. */
  readonly posts: number;
  /** More hits than this among these are too many. */
  readonly nearHits: number;
  /** More hits than this altogether are too many. */
  readonly hits: number;
  /** So many newest posts tell which of the two bounds is the cheaper to ask for first; they change no answer. */
  readonly sample: number;
};

/** Ranking a hit reads its row, wherever that lies: up to ten microseconds. The newest posts lie together: half of one each. */
export const rankBounds: RankBounds = { posts: 10_000, nearHits: 100, hits: 1_000, sample: 500 };

/** From which instant on the hits of a search are ranked, as `toISOString` writes it; null: all of them are. */
export type RankedFrom = string | null;

/**
 * For each of some searches, from which instant on its hits are ranked. A page that goes on from a cursor has the instant
 * of the first page, which the cursor carries: otherwise posts that come in between would move the others.
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

/**
 * Whether the search of one stream is a common one, as a look at a few of the newest posts tells; false for a page that goes on
 * from a cursor or begins at the end.
 */
export async function isLikelyCommon(
  db: Database,
  conditions: PostConditions,
  page: PageRequest,
  { sample }: RankBounds,
): Promise<boolean> {
  const { streams } = conditions;
  if (streams?.length !== 1 || page.after !== null || page.before !== null || page.backwards) return false;
  const first = newestPosts(streams, sample);
  if (first === null) return false;
  const hits = countTo(sampleHits, first, postConditions(conditions, { byIndex: false }));
  const [row] = await db.rows<{ readonly isCommon: boolean }>(
    sql`select ${hits} > ${sampleHits} as "isCommon"`,
  );
  return row?.isCommon === true;
}

/** Whether a search has more hits than a bound altogether, as the index tells. */
export async function hasMore(db: Database, conditions: PostConditions, bound: number): Promise<boolean> {
  const [row] = await db.rows<{ readonly hasMore: boolean }>(
    sql`select ${countTo(bound, sql`posts`, postConditions(conditions))} > ${bound} as "hasMore"`,
  );
  return row?.hasMore === true;
}

/** The number of rows that fulfil a condition on `p`, up to one more than a bound. */
const countTo = (bound: number, of: SQL, where: SQL): SQL =>
  sql`(select count(*) as count from (select 1 from ${of} p where ${where} limit ${bound + 1}) hits)`;

/** More hits than this in the sample: the search is taken for a common one. */
const sampleHits = 2;

/**
 * Whether a search has too many hits. Of a common word the index would have to find all of them, and the newest posts hold enough;
 * of a rare one the index finds the few at once, and looking at 10,000 posts for them takes ten milliseconds. A look at the first of
 * them tells which comes first; SQL evaluates the other one only when it is needed.
 */
function isLarge(conditions: PostConditions, { posts, nearHits, hits, sample }: RankBounds): SQL {
  const all = countTo(hits, sql`posts`, postConditions(conditions));
  const near = newestPosts(conditions.streams, posts);
  const first = newestPosts(conditions.streams, sample);
  if (near === null || first === null) return sql`${all} > ${hits}`;
  const looked = postConditions(conditions, { byIndex: false });
  const isNear = sql`${countTo(nearHits, near, looked)} > ${nearHits}`;
  // Of few hits the index finds the near ones as well; with no more than so many altogether, no more can be near.
  const from = sql`(${newestFrom(conditions.streams, posts)})`;
  const isNearByIndex = sql`${countTo(nearHits, sql`posts`, sql`${postConditions(conditions)} and p.created_at >= ${from}`)} > ${nearHits}`;
  return sql`case when ${countTo(sampleHits, first, looked)} > ${sampleHits} then ${isNear} or ${all} > ${hits}
    else (select count > ${hits} or (count > ${nearHits} and ${isNearByIndex}) from ${all} counted) end`;
}

/** The values of a cursor in the order of relevance: rank, time, post, stream, and from when on hits are ranked if not all are. */
export const relevancePlace = (cursor: string): readonly (string | number)[] =>
  decodeCursor(cursor, 'RELEVANCE', ['real', 'instant', 'uuid', 'int'], 'instant');

/**
 * So many newest posts of a stream, or of all, that fulfil a condition on `p`, and the others of the last one's instant: by
 * posts_created or posts_newest, which have no id, so that whoever wants less of that instant would have whole rows sorted. Null: of
 * several streams, whose newest posts stand in no index together.
 */
export function newestPosts(
  streams: readonly number[] | null,
  posts: number,
  where: SQL = sql`true`,
): SQL | null {
  if (streams !== null && streams.length !== 1) return null;
  const ofStream =
    streams === null ? sql`/* across streams: none is asked for */ true` : sql`p.stream_id = ${streams[0]}`;
  return sql`(select * from posts p where ${ofStream} and ${where} order by p.created_at desc fetch first (${posts}) rows with ties)`;
}

/**
 * When the first of so many newest posts of the streams was posted; each of several gives its share. Null when there are
 * fewer. By posts_created or posts_newest alone.
 */
export function newestFrom(streams: readonly number[] | null, posts: number): SQL {
  const nth = (where: SQL, n: number) =>
    sql`select p.created_at from posts p where ${where} order by p.created_at desc offset ${n - 1} limit 1`;
  if (streams === null) return nth(sql`true`, posts);
  const share = Math.ceil(posts / Math.max(1, streams.length));
  if (streams.length === 0) return sql`select null::timestamptz`;
  // Each by itself: a cluster takes no limit for each row of a list.
  const each = streams.map((id) => sql`(${nth(sql`p.stream_id = ${id}`, share)})`);
  return sql`select max(nth.created_at) from (${sql.join(each, sql` union all `)}) nth`;
}
