import type { TransactionSql } from 'postgres';

/** Ranges of post ids that were fetched completely. */
export type Ranges = readonly (readonly [from: string, to: string])[];
/** The newest reply that was fetched of each conversation, by the id of its first post. */
export type NewestReplies = Readonly<Record<string, string>>;

/**
 * Stores which ranges of a stream were fetched. `grow` gets the stored ranges, null before the first fetch, and
 * returns the new ones. No answer shows them, so the version stays. The caller holds the stream's lock.
 */
export async function rememberCovered(
  tx: TransactionSql,
  streamId: number,
  grow: (known: Ranges | null) => Ranges,
): Promise<void> {
  const [row] = await tx<{ known: Ranges | null }[]>`
    select covered as known from streams where stream_id = ${streamId}`;
  const covered = grow(row?.known ?? null);
  await tx`update streams set covered = ${tx.json(covered)} where stream_id = ${streamId}`;
}

/** Stores the newest replies in the same way. */
export async function rememberReplies(
  tx: TransactionSql,
  streamId: number,
  grow: (known: NewestReplies | null) => NewestReplies,
): Promise<void> {
  const [row] = await tx<{ known: NewestReplies | null }[]>`
    select newest_replies as known from streams where stream_id = ${streamId}`;
  const replies = grow(row?.known ?? null);
  await tx`update streams set newest_replies = ${tx.json(replies)} where stream_id = ${streamId}`;
}
