import type { TransactionSql } from 'postgres';
import { notePosts } from '../folding/changes.ts';
import { uuidArray } from './stored.ts';
import { termStands } from './term-stands.ts';

/**
 * Sets whether the stream's rows stand for some posts, in the posts and in their terms. By the primary keys. The caller
 * holds the stream's lock.
 */
export async function setStands(
  tx: TransactionSql,
  streamId: number,
  postIds: readonly string[],
  stands: boolean,
): Promise<void> {
  if (postIds.length === 0) return;
  const ids = uuidArray(postIds);
  await tx`
    update posts set stands = ${stands}
    where stream_id = ${streamId} and post_id = any(${ids}::uuid[]) and stands <> ${stands}`;
  await tx.unsafe(
    `update post_terms t set stands = ${termStands} from posts p, unnest(p.hashtags) as tag
     where p.stream_id = $1 and p.post_id = any($2::uuid[])
       and t.stream_id = $1 and t.term = tag and t.created_at = p.created_at and t.post_id = p.post_id
       and t.stands <> (${termStands})`,
    [streamId, ids],
  );
  await notePosts(tx, streamId, postIds);
}
