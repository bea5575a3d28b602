import type { Sql } from 'postgres';
import { dayMs, hourMs, minuteMs, toIso } from '../shared/instant.ts';
import { xIdOf, xKey } from '../shared/post-key.ts';
import type { Refresh } from '../shared/refresh.ts';

/** How often the figures of posts are refreshed, by the age of the post, since they settle soon. Youngest first. */
const refreshes = [
  { under: dayMs, every: 15 * minuteMs },
  { under: 7 * dayMs, every: 6 * hourMs },
  { under: 30 * dayMs, every: dayMs },
  { under: 365 * dayMs, every: 30 * dayMs },
] as const;
const refreshedUnder = Math.max(...refreshes.map(({ under }) => under));
const recentMs = 7 * dayMs;
const talkedAboutUnder = 7 * dayMs;

type Choice = {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Most posts. */
  readonly limit: number;
};

/** A post and its place in the order of the refresh. */
export type Refreshed = { readonly id: string; readonly createdAt: number };

type RefreshChoice = Choice & {
  readonly which: Refresh;
  /** The last post of the previous page; null: begin at the newest. */
  readonly after: Refreshed | null;
  /** When the job began, ms since 1970. RECENT and ALL leave out posts observed since. */
  readonly begunAt: number;
};

/**
 * Lists own posts whose figures to fetch again, newest first.
 *
 * Uses the index on (stream_id, created_at), backwards from its end or the last page until `limit` posts are found. The
 * last fetch is found by the index on jobs (stream_id, created_at).
 */
export async function listForRefresh(
  sql: Sql,
  streamId: number,
  choice: RefreshChoice,
): Promise<readonly Refreshed[]> {
  const rows = await sql<{ key: string; createdAt: Date }[]>`
    select post_id as key, created_at as "createdAt" from posts where ${isChosen(sql, streamId, choice)}
    order by created_at desc, post_id desc limit ${choice.limit}`;
  return rows.map(({ key, createdAt }) => ({ id: xIdOf(key), createdAt: createdAt.getTime() }));
}

/** Counts the posts that `listForRefresh` would list over all pages, up to `limit`. */
export async function countForRefresh(sql: Sql, streamId: number, choice: RefreshChoice): Promise<number> {
  const [row] = await sql<{ posts: number }[]>`
    select count(*)::float8 as posts from (
      select 1 from posts where ${isChosen(sql, streamId, choice)}
      limit ${Number.isFinite(choice.limit) ? choice.limit : null}) chosen`;
  return row?.posts ?? 0;
}

function isChosen(sql: Sql, streamId: number, choice: RefreshChoice) {
  const { which, after, begunAt, now } = choice;
  const place =
    after === null
      ? sql``
      : sql`and (created_at, post_id) < (${toIso(after.createdAt)}::timestamptz, ${xKey(after.id)}::uuid)`;
  const own = sql`stream_id = ${streamId} and own ${place}`;
  if (which === 'ALL') return sql`${own} and observed_at < ${toIso(begunAt)}`;
  if (which === 'RECENT') {
    return sql`${own} ${youngerThan(sql, now - recentMs)} and kind <> 'REPOST' and observed_at < ${toIso(begunAt)}`;
  }
  return sql`${own} ${youngerThan(sql, now - refreshedUnder)} and kind <> 'REPOST' and ${isDue(sql, streamId, now)}`;
}

const youngerThan = (sql: Sql, at: number) => sql`and created_at > ${toIso(at)}::timestamptz`;

/**
 * The time since posting is divided into slots of the interval for the post's age. A post is due once in each slot:
 *
 *     posted                        o         f     now
 *       |---------|---------|-------o-|-------f-|----|    o observed, f a fetch: due now
 *
 * A post is not due when it was observed in the present slot, or when a successful fetch began in it: that fetch has
 * requested everything due, and writes nothing for posts that did not change. So no record per post is needed, and the
 * posts of a long archive come up a few at a time. A post that a fetch left out because of its limit waits for its next
 * slot.
 */
function isDue(sql: Sql, streamId: number, now: number) {
  const every = refreshes.map(
    ({ under, every }) =>
      sql`when created_at > ${toIso(now - under)}::timestamptz then ${`${every} ms`}::interval`,
  );
  return sql`
    date_bin(case ${every.reduce((cases, one) => sql`${cases} ${one}`)} end, ${toIso(now)}::timestamptz, created_at)
      > greatest(observed_at, (
        select started_at from jobs where stream_id = ${streamId} and kind = 'FETCH' and state = 'SUCCEEDED'
        order by created_at desc limit 1))`;
}

/** A post and the number of its replies that are not stored. */
type BusyConversation = { readonly id: string; readonly missing: number };

/**
 * Lists own posts of the last 7 days with more replies than are stored, most missing first. Missing replies may be
 * hidden or deleted, so such a post is listed every time.
 *
 * Uses the index on (stream_id, created_at): one range of 7 days for the posts, and the same range for the replies,
 * since a reply is never older than its post.
 */
export async function listBusyConversations(
  sql: Sql,
  streamId: number,
  { now, limit }: Choice,
): Promise<readonly BusyConversation[]> {
  const from = toIso(now - talkedAboutUnder);
  const rows = await sql<{ key: string; missing: number }[]>`
    select p.post_id as key, (p.replies - coalesce(stored.replies, 0))::float8 as missing
    from posts p left join (
      select parent_id, count(*) as replies from posts
      where stream_id = ${streamId} and created_at > ${from}::timestamptz and parent_id is not null
      group by parent_id) stored on stored.parent_id = p.post_id
    where p.stream_id = ${streamId} and p.own and p.kind <> 'REPOST' and p.created_at > ${from}::timestamptz
      and p.replies > coalesce(stored.replies, 0)
    order by missing desc, p.created_at desc, p.post_id desc
    limit ${limit}`;
  return rows.map(({ key, missing }) => ({ id: xIdOf(key), missing }));
}
