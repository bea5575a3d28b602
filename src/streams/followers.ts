import type { Sql, TransactionSql } from 'postgres';
import { toIso } from '../shared/instant.ts';
import { lockStream } from './lock.ts';
import { touch } from './touch.ts';

/** An account's follower counts at one time, as its platform reported them. */
type FollowerSnapshot = {
  /** Milliseconds. */
  readonly observedAt: number;
  readonly followers: number | null;
  readonly following: number | null;
  readonly reportedPosts: number | null;
};

/** Adds follower counts to a stream. A time that already has counts keeps them. */
export async function noteFollowers(
  sql: Sql,
  streamId: number,
  snapshots: readonly FollowerSnapshot[],
): Promise<void> {
  await sql.begin(async (tx) => {
    await lockStream(tx, streamId);
    if ((await addFollowers(tx, streamId, snapshots)) > 0) await touch(tx, streamId);
  });
}

/**
 * Like `noteFollowers`, for a caller that holds the stream's lock. Returns how many were added; when any were, the
 * caller touches the stream.
 */
export async function addFollowers(
  tx: TransactionSql,
  streamId: number,
  snapshots: readonly FollowerSnapshot[],
): Promise<number> {
  if (snapshots.length === 0) return 0;
  // The returned rows are counted, because a Citus cluster also counts the rows that conflicted.
  const added = await tx`
    insert into follower_snapshots (stream_id, observed_at, followers, following, reported_posts)
    select ${streamId}, * from unnest(
      ${snapshots.map((row) => toIso(row.observedAt))}::timestamptz[],
      ${snapshots.map((row) => text(row.followers))}::bigint[],
      ${snapshots.map((row) => text(row.following))}::bigint[],
      ${snapshots.map((row) => text(row.reportedPosts))}::bigint[])
    on conflict do nothing returning 1`;
  return added.length;
}

const text = (value: number | null) => (value === null ? null : String(value));
