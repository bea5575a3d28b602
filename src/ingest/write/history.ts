import type { TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';
import type { Merged, Observation } from './merge.ts';

/** Saves earlier figures of posts, and figures that arrived late. */
export async function insertHistory(tx: TransactionSql, streamId: number, merged: readonly Merged[]) {
  const rows = merged.flatMap(({ row, past }) => past.map((seen) => historyValues(row.postId, seen)));
  if (rows.length === 0) return;
  // Booleans go as text: the driver sends every text as false when the type is boolean.
  await tx.unsafe(
    `insert into metric_history (stream_id, post_id, observed_at, likes, reposts, replies, quotes, bookmarks,
       impressions, impressions_estimated)
     select $1::int, * from unnest($2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[],
       $7::bigint[], $8::bigint[], $9::bigint[], $10::text[]::boolean[])
     on conflict do nothing`,
    [streamId, ...columnsOf(rows)],
  );
}

function historyValues(postId: string, past: Observation): (string | null)[] {
  const text = (value: number | null) => (value === null ? null : String(value));
  return [
    postId,
    toIso(past.observedAt),
    text(past.likes),
    text(past.reposts),
    text(past.replies),
    text(past.quotes),
    text(past.bookmarks),
    text(past.impressions),
    past.impressionsEstimated ? 't' : 'f',
  ];
}

function columnsOf<T>(rows: readonly (readonly T[])[]): T[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] as T));
}
