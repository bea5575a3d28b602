import type { Sql, TransactionSql } from 'postgres';
import { toIso } from '../shared/instant.ts';
import { lockStream } from './lock.ts';
import { touch } from './touch.ts';

/** What an account's platform said of its followers at one time. */
type FollowerSnapshot = {
  /** Milliseconds. */
  readonly observedAt: number;
  readonly followers: number | null;
  readonly following: number | null;
  readonly reportedPosts: number | null;
};

/** Adds what is known of an account's followers at some times; a time that stands already is left alone. */
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

/** The same for a caller that holds the stream's lock, and touches the stream when some were added. Returns how many. */
export async function addFollowers(
  tx: TransactionSql,
  streamId: number,
  snapshots: readonly FollowerSnapshot[],
): Promise<number> {
  if (snapshots.length === 0) return 0;
  // What a cluster says of such a statement counts the rows that were there, too.
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
