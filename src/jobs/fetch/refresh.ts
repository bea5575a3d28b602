import type { Sql } from 'postgres';
import { dayMs, hourMs, minuteMs, toIso } from '../../shared/instant.ts';
import { platformIdOf } from '../../shared/post-key.ts';
import type { Platform } from '../../shared/post.ts';

/** How often the figures of posts are worth fetching again, by the posts' age: they settle soon. Youngest first. */
const refreshes = [
  { under: dayMs, every: 15 * minuteMs },
  { under: 7 * dayMs, every: 6 * hourMs },
  { under: 30 * dayMs, every: dayMs },
  { under: 365 * dayMs, every: 30 * dayMs },
] as const;
const refreshedUnder = Math.max(...refreshes.map(({ under }) => under));
const talkedAboutUnder = 7 * dayMs;

type Choice = {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Posts at most. */
  readonly limit: number;
};

/**
 * Own posts whose figures are worth fetching again, newest first, as the platform's ids; reposts have none.
 *
 * Time since the posting is cut into slots as long as the interval of the post's age, and a post is due once in each:
 *
 *     posted                        o         f     now
 *       |---------|---------|-------o-|-------f-|----|    o observed, f a fetch: due now
 *
 * unless it was observed in the present slot, or a fetch that succeeded began in it: that one is taken to have asked
 * for all that was due, and where nothing had changed nothing was written that would tell. So no post needs a record
 * of when it was asked for, and those of a long archive come up a few at a time. One that a fetch left out over its
 * limit waits for its next slot.
 *
 * Served by the index on (stream_id, created_at), from its end backwards until `limit` posts are found; the last fetch
 * by the one on jobs (stream_id, created_at).
 */
export async function listDueForRefresh(
  sql: Sql,
  streamId: number,
  { now, limit }: Choice,
): Promise<readonly string[]> {
  const at = toIso(now);
  const every = refreshes.map(
    ({ under, every }) =>
      sql`when created_at > ${toIso(now - under)}::timestamptz then ${`${every} ms`}::interval`,
  );
  const rows = await sql<Row[]>`
    select post_id as key, (select platform from streams where stream_id = ${streamId}) as platform
    from posts
    where stream_id = ${streamId} and own and kind <> 'REPOST'
      and created_at > ${toIso(now - refreshedUnder)}::timestamptz
      and date_bin(case ${every.reduce((cases, one) => sql`${cases} ${one}`)} end, ${at}::timestamptz, created_at)
        > greatest(observed_at, (
          select started_at from jobs where stream_id = ${streamId} and kind = 'FETCH' and state = 'SUCCEEDED'
          order by created_at desc limit 1))
    order by created_at desc, post_id desc
    limit ${limit}`;
  return rows.map(idOf);
}

/**
 * Own posts of the last 7 days that have more replies than are stored, those that lack most first, as the platform's
 * ids. What is missing may be hidden or deleted: such a post is named again and again.
 *
 * Served by the index on (stream_id, created_at): one range of 7 days for the posts, and the same for the replies,
 * since none is older than what it answers.
 */
export async function listBusyConversations(
  sql: Sql,
  streamId: number,
  { now, limit }: Choice,
): Promise<readonly string[]> {
  const from = toIso(now - talkedAboutUnder);
  const rows = await sql<Row[]>`
    select p.post_id as key, (select platform from streams where stream_id = ${streamId}) as platform
    from posts p left join (
      select parent_id, count(*) as replies from posts
      where stream_id = ${streamId} and created_at > ${from}::timestamptz and parent_id is not null
      group by parent_id) stored on stored.parent_id = p.post_id
    where p.stream_id = ${streamId} and p.own and p.kind <> 'REPOST' and p.created_at > ${from}::timestamptz
      and p.replies > coalesce(stored.replies, 0)
    order by p.replies - coalesce(stored.replies, 0) desc, p.created_at desc, p.post_id desc
    limit ${limit}`;
  return rows.map(idOf);
}

type Row = { readonly key: string; readonly platform: Platform };

const idOf = ({ key, platform }: Row) => platformIdOf(platform, key);
