import type { Sql, TransactionSql } from 'postgres';
import { noAdditions } from '../ingest/write/changes.ts';
import { KnownChanges } from '../ingest/write/known-changes.ts';
import { settlePosts } from '../ingest/write/known-posts.ts';
import { removeStored } from '../ingest/write/remove.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { Platform } from '../shared/post.ts';
import { lockStream } from './lock.ts';
import { takeUpAfter } from './take-up-vacant.ts';
import { touch } from './touch.ts';

/** Posts written before `posts` and payloads collected before `raw` are to be removed; null: none. */
export type Cutoffs = { readonly posts: Date | null; readonly raw: Date | null };

/** What one transaction removed, and whether nothing is left to remove. */
type Batch = { readonly posts: number; readonly payloads: number; readonly isLast: boolean };

const nothing: Batch = { posts: 0, payloads: 0, isLast: true };

/** Posts removed under one lock. */
const postsAtOnce = 2_500;
/** Rows of payloads removed under one lock; each holds 500 payloads at most. */
const rowsAtOnce = 100;

/** Removes a batch of expired posts, oldest first. The last batch also removes the payloads that have no post left. */
export async function removeOldPosts(sql: Sql, streamId: number, { posts: before }: Cutoffs): Promise<Batch> {
  if (before === null) return nothing;
  let vacated: readonly number[] = [];
  const batch = await locked(sql, streamId, async (tx, platform) => {
    const rows = await tx<{ postId: string }[]>`
      select post_id as "postId" from posts where stream_id = ${streamId} and created_at < ${before}
      order by created_at, post_id limit ${postsAtOnce}`;
    const known = new KnownChanges();
    const posts = await removeStored(
      tx,
      streamId,
      rows.map(({ postId }) => postId),
      known,
    );
    if (posts > 0) await touch(tx, streamId, { posts: noAdditions });
    const isLast = rows.length < postsAtOnce;
    const payloads = isLast ? await removeLonelyRaw(tx, streamId) : 0;
    vacated = await settlePosts(tx, { streamId, platform }, known);
    return { posts, payloads, isLast };
  });
  await takeUpAfter(sql, vacated);
  return batch;
}

async function removeLonelyRaw(tx: TransactionSql, streamId: number): Promise<number> {
  const rows = await tx<{ payloads: number }[]>`
    delete from raw_payloads r where r.stream_id = ${streamId} and not exists (
      select from posts p where p.stream_id = ${streamId} and p.post_id = any(r.post_ids))
    returning cardinality(post_ids) as payloads`;
  return rows.reduce((sum, { payloads }) => sum + payloads, 0);
}

/** Removes a batch of expired payloads. No answer shows them, so the version stays. */
export async function removeOldRaw(sql: Sql, streamId: number, { raw: before }: Cutoffs): Promise<Batch> {
  if (before === null) return nothing;
  return locked(sql, streamId, async (tx) => {
    const rows = await tx<{ payloads: number }[]>`
      delete from raw_payloads where stream_id = ${streamId} and batch_id = any(array(
        select batch_id from raw_payloads where stream_id = ${streamId} and collected_at < ${before}
        limit ${rowsAtOnce}))
      returning cardinality(post_ids) as payloads`;
    const payloads = rows.reduce((sum, row) => sum + row.payloads, 0);
    return { posts: 0, payloads, isLast: rows.length < rowsAtOnce };
  });
}

/** Runs `work` under the stream's lock. Returns `nothing` when the stream was deleted meanwhile. */
async function locked(
  sql: Sql,
  streamId: number,
  work: (tx: TransactionSql, platform: Platform) => Promise<Batch>,
): Promise<Batch> {
  try {
    return await sql.begin(async (tx) => {
      return await work(tx, await lockStream(tx, streamId));
    });
  } catch (error) {
    if (error instanceof NotFoundError) return nothing;
    throw error;
  }
}
