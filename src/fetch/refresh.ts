import type { Sql } from 'postgres';
import { dayMs, hourMs, minuteMs, toIso } from '../shared/instant.ts';
import { xIdOf, xKey } from '../shared/post-key.ts';
import type { Refresh } from '../shared/refresh.ts';

/** How often the figures of posts are worth fetching again, by the posts' age: they settle soon. Youngest first. */
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
  /** Posts at most. */
  readonly limit: number;
};

/** A post, and its place among those that are refreshed. */
export type Refreshed = { readonly id: string; readonly createdAt: number };

type RefreshChoice = Choice & {
  readonly which: Refresh;
  /** The last post of the page before; null: from the newest on. */
  readonly after: Refreshed | null;
  /** When the job began, ms since 1970. RECENT and ALL leave out what was observed since. */
  readonly begunAt: number;
};

/**
 * Own posts whose figures are to be fetched again, newest first.
 *
 * Served by the index on (stream_id, created_at), from its end or the last page backwards until `limit` posts are found;
 * the last fetch by the one on jobs (stream_id, created_at).
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

/** How many posts `listForRefresh` would give, page after page, `limit` at most. */
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
 * Time since the posting is cut into slots as long as the interval of the post's age, and a post is due once in each:
 *
 *     posted                        o         f     now
 *       |---------|---------|-------o-|-------f-|----|    o observed, f a fetch: due now
 *
 * unless it was observed in the present slot, or a fetch that succeeded began in it: that one is taken to have asked
 * for all that was due, and where nothing had changed nothing was written that would tell. So no post needs a record
 * of when it was asked for, and those of a long archive come up a few at a time. One that a fetch left out over its
 * limit waits for its next slot.
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

/** A post, and how many of its replies are not stored. */
type BusyConversation = { readonly id: string; readonly missing: number };

/**
 * Own posts of the last 7 days that have more replies than are stored, those that lack most first. What is missing may be hidden or deleted: such a post is named again and again.
 *
 * Served by the index on (stream_id, created_at): one range of 7 days for the posts, and the same for the replies,
 * since none is older than what it answers.
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
