import type { Sql, TransactionSql } from 'postgres';
import { noAdditions } from '../ingest/write/changes.ts';
import { KnownChanges } from '../ingest/write/known-changes.ts';
import { settlePosts } from '../ingest/write/known-posts.ts';
import { removeStored } from '../ingest/write/remove.ts';
import { toIso } from '../shared/instant.ts';
import type { Covered } from '../shared/post.ts';
import { lockStream } from './lock.ts';
import { takeUpAfter } from './take-up-vacant.ts';
import { touch } from './touch.ts';

/** Posts removed under one lock. */
const removedAtOnce = 2_500;

/**
 * Matches the stream's own posts of the time that an export covers, when the export lacks them. An import marks each
 * post of an export as seen when the export was made, so a post that was last seen before that is not in it. A post
 * that a later export or a fetch has seen does not match.
 */
function isGone(sql: Sql | TransactionSql, streamId: number, { madeAt, until }: Covered) {
  return sql`stream_id = ${streamId} and own and created_at <= ${toIso(until)}::timestamptz
    and coalesce(seen_at, observed_at) < ${toIso(madeAt)}::timestamptz`;
}

/** Counts the posts that are gone. Reads the stream's posts once. */
export async function countGone(sql: Sql, streamId: number, covered: Covered): Promise<number> {
  const [row] = await sql<{ posts: number }[]>`
    select count(*)::float8 as posts from posts where ${isGone(sql, streamId, covered)}`;
  return row?.posts ?? 0;
}

/**
 * Removes the posts that are gone, like posts that were deleted on the platform, a batch in each transaction.
 * `onRemoved` runs in that transaction. After an interruption, call it again to go on.
 */
export async function removeGone(
  sql: Sql,
  streamId: number,
  covered: Covered,
  onRemoved: (tx: TransactionSql, posts: number) => Promise<void>,
): Promise<void> {
  for (let removed = removedAtOnce; removed === removedAtOnce; ) {
    const known = new KnownChanges();
    const { posts, vacated } = await sql.begin(async (tx) => {
      const platform = await lockStream(tx, streamId);
      const rows = await tx<{ postId: string }[]>`
        select post_id as "postId" from posts where ${isGone(tx, streamId, covered)} limit ${removedAtOnce}`;
      const ids = rows.map(({ postId }) => postId);
      const posts = await removeStored(tx, streamId, ids, known);
      if (posts > 0) await touch(tx, streamId, { posts: noAdditions });
      await onRemoved(tx, posts);
      return { posts, vacated: await settlePosts(tx, { streamId, platform }, known) };
    });
    await takeUpAfter(sql, vacated);
    removed = posts;
  }
}
