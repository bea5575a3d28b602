import type { TransactionSql } from 'postgres';
import { keyRows } from '../../db/key-rows.ts';
import { notePosts } from '../folding/changes.ts';
import { uuidArray } from './stored.ts';
import { termStands } from './term-stands.ts';

const keys = keyRows(['$2::uuid[]'], ['id']);

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
  await tx.unsafe(
    `update posts p set stands = $3 from ${keys} k
     where p.stream_id = $1 and p.post_id = k.id and p.stands <> $3`,
    [streamId, ids, stands],
    { prepare: true },
  );
  await tx.unsafe(
    `update post_terms t set stands = ${termStands} from ${keys} k, posts p, unnest(p.hashtags) as tag
     where p.stream_id = $1 and p.post_id = k.id
       and t.stream_id = $1 and t.term = tag and t.created_at = p.created_at and t.post_id = p.post_id
       and t.stands <> (${termStands})`,
    [streamId, ids],
  );
  await notePosts(tx, streamId, postIds);
}
