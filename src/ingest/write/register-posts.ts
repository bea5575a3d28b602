import type { TransactionSql } from 'postgres';
import { binaryRowPieces } from './binary-rows.ts';
import { copyPieces } from './copy.ts';
import type { KnownRow } from './known-changes.ts';
import { uuidArray } from './stored.ts';
import type { Link } from './thread-links.ts';

/** At most this many posts go as parameters of one statement, in one round trip; more go by COPY, in three. */
const fewPosts = 2_000;
const columns = ['post_id', 'stream_id', 'own', 'parent_id', 'root_id', 'depth'];

/**
 * Adds new posts to the registry, each in its place, with the stream's rows standing for them. The caller holds the
 * lock of the registry, or those of the posts.
 */
export async function registerPosts(
  tx: TransactionSql,
  streamId: number,
  posts: readonly KnownRow[],
  places: ReadonlyMap<string, Link>,
): Promise<void> {
  if (posts.length === 0) return;
  if (posts.length <= fewPosts) return insertKnown(tx, streamId, posts, places);
  const pieces = binaryRowPieces(posts, columns.length, (into, { postId, own, parentId }) => {
    const place = places.get(postId);
    into.uuid(postId);
    into.integer(streamId);
    into.boolean(own);
    into.uuid(parentId);
    into.uuid(place?.root ?? postId);
    into.integer(place?.depth ?? 0);
  });
  await copyPieces(tx, 'known_posts', columns, pieces, 'binary');
}

async function insertKnown(
  tx: TransactionSql,
  streamId: number,
  posts: readonly KnownRow[],
  places: ReadonlyMap<string, Link>,
): Promise<void> {
  await tx.unsafe(
    `insert into known_posts (${columns.join(', ')})
     select post_id, $1, own, parent_id, root_id, depth
     from unnest($2::uuid[], $3::boolean[], $4::uuid[], $5::uuid[], $6::int[]) as t (post_id, own, parent_id, root_id, depth)`,
    [
      streamId,
      uuidArray(posts.map(({ postId }) => postId)),
      uuidArray(posts.map(({ own }) => String(own))),
      uuidArray(posts.map(({ parentId }) => parentId ?? 'null')),
      uuidArray(posts.map(({ postId }) => places.get(postId)?.root ?? postId)),
      `{${posts.map(({ postId }) => places.get(postId)?.depth ?? 0).join(',')}}`,
    ],
    { prepare: true },
  );
}
