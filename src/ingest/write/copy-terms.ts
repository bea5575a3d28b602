import type { TransactionSql } from 'postgres';
import { binaryRowPieces } from './binary-rows.ts';
import { copyPieces } from './copy.ts';
import type { PostRow } from './row.ts';

export const termColumns = ['stream_id', 'term', 'created_at', 'post_id', 'author_id', 'stands'] as const;

/** The fields of a new post with hashtags that `post_terms` needs. */
export type Tagged = Pick<PostRow, 'postId' | 'createdAt' | 'authorId' | 'hashtags'> & {
  /** See `termStands`. */
  readonly stands: boolean;
};

/** Picks the fields that `copyTerms` needs. */
export const taggedOf = (row: PostRow, stands: boolean): Tagged => ({
  postId: row.postId,
  createdAt: row.createdAt,
  authorId: row.authorId,
  hashtags: row.hashtags,
  stands: row.own && stands && row.kind !== 'REPOST',
});

/** Adds the terms of new posts. */
export async function copyTerms(
  tx: TransactionSql,
  streamId: number,
  tagged: readonly Tagged[],
): Promise<void> {
  await copyTermsOf(tx, [{ streamId, tagged }]);
}

/** Like `copyTerms`, for several streams. */
export async function copyTermsOf(
  tx: TransactionSql,
  streams: readonly { readonly streamId: number; readonly tagged: readonly Tagged[] }[],
): Promise<void> {
  if (streams.every(({ tagged }) => tagged.length === 0)) return;
  const pieces = binaryRowPieces(termsOf(streams), termColumns.length, (into, { streamId, term, post }) => {
    into.integer(streamId);
    into.text(term);
    into.timestamptz(post.createdAt);
    into.uuid(post.postId);
    into.text(post.authorId);
    into.boolean(post.stands);
  });
  await copyPieces(tx, 'post_terms', termColumns, pieces, 'binary');
}

function* termsOf(
  streams: readonly { readonly streamId: number; readonly tagged: readonly Tagged[] }[],
): Generator<{ readonly streamId: number; readonly term: string; readonly post: Tagged }> {
  for (const { streamId, tagged } of streams) {
    for (const post of tagged) for (const term of post.hashtags) yield { streamId, term, post };
  }
}
