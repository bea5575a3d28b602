import type { Sql, TransactionSql } from 'postgres';
import { keyRows } from '../../db/key-rows.ts';
import { joinedList, storedLists } from '../../shared/stored-lists.ts';
import type { Observation } from './merge.ts';
import type { PostRow } from './row.ts';

/** Milliseconds since 1970, exact: Postgres keeps microseconds, and all of ours are whole milliseconds. */
const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
const metrics =
  'likes::float8, reposts::float8, replies::float8, quotes::float8, bookmarks::float8, impressions::float8';

/** The last key of a stream's posts. */
export async function findLastPost(tx: TransactionSql, streamId: number): Promise<string | null> {
  const [last] = await tx<{ postId: string }[]>`
    select post_id as "postId" from posts where stream_id = ${streamId} order by post_id desc limit 1`;
  return last?.postId ?? null;
}

/** The stream's posts with these ids, by id. One index probe per id. */
export async function findPosts(
  tx: Sql | TransactionSql,
  streamId: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PostRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.unsafe<PostRow[]>(
    `select post_id as "postId", platform_id as "platformId", ${ms('created_at')} as "createdAt", hour_unknown as "hourUnknown",
       ${ms('observed_at')} as "observedAt", ${ms('coalesce(seen_at, observed_at)')} as "seenAt", told_at::text as "toldAt", ${metrics},
       impressions_estimated as "impressionsEstimated", bits, is_first as "isFirst", is_returning as "isReturning", sentiment, own, kind, provider, author_id as "authorId",
       text, language, client, reply_to as "replyTo", repost_of as "repostOf", parent_id as "parentId",
       quoted_id as "quotedId", reposted_id as "repostedId", ${storedLists()}, media::text,
       emotes::text, ${joinedList('badges')} as badges, search_rules as "searchRules"
     from ${keyRows(['$2::uuid[]'], ['id'])} k join posts p on p.stream_id = $1 and p.post_id = k.id`,
    [streamId, uuidArray(ids)],
    { prepare: true },
  );
  return new Map(rows.map((row) => [row.postId, row]));
}

/** Earlier observations of these posts' metrics, by post. */
export async function findPast(
  tx: TransactionSql,
  streamId: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Observation[]>> {
  const past = new Map<string, Observation[]>();
  if (ids.length === 0) return past;
  const rows = await tx.unsafe<(Observation & { postId: string })[]>(
    `select post_id as "postId", ${ms('observed_at')} as "observedAt", ${metrics},
       impressions_estimated as "impressionsEstimated"
     from metric_history where stream_id = $1 and post_id = any($2::uuid[]) order by post_id, observed_at`,
    [streamId, uuidArray(ids)],
  );
  for (const row of rows) past.set(row.postId, [...(past.get(row.postId) ?? []), row]);
  return past;
}

/** A uuid[] literal. */
export const uuidArray = (ids: readonly string[]): string => `{${ids.join(',')}}`;
