import type { Sql } from 'postgres';
import { type Cutoffs, removeOldPosts, removeOldRaw } from './expire.ts';

/** How long posts and payloads are kept, in milliseconds; null: for ever. */
export type Retention = {
  /** Counted from when a post was written. */
  readonly postsMs: number | null;
  /** Counted from when a payload was collected. */
  readonly rawMs: number | null;
};

/** How much of a stream has expired. */
export type Expired = {
  readonly streamId: number;
  readonly title: string;
  readonly posts: number;
  /**
   * A post that was delivered several times has several. Payloads that share a row are removed when the last of them
   * has expired.
   */
  readonly payloads: number;
};

/** Returns the instants before which posts and payloads expire; null: never. */
export const cutoffsOf = ({ postsMs, rawMs }: Retention, now: number): Cutoffs => ({
  posts: postsMs === null ? null : new Date(now - postsMs),
  raw: rawMs === null ? null : new Date(now - rawMs),
});

/** Counts what has expired in each stream, and leaves out streams without any. Served by the index on created_at. */
export async function listExpired(sql: Sql, retention: Retention, now: number): Promise<readonly Expired[]> {
  const { posts, raw } = cutoffsOf(retention, now);
  const rows = await sql<Expired[]>`
    select /* across streams: all that hold something old */ s.stream_id as "streamId", s.title,
      coalesce(p.posts, 0)::float8 as posts, coalesce(r.payloads, 0)::float8 as payloads
    from streams s
    left join (select p.stream_id, count(*) as posts from posts p
      where p.created_at < ${posts}::timestamptz group by p.stream_id) p on p.stream_id = s.stream_id
    left join (select r.stream_id, sum(cardinality(r.post_ids)) as payloads from raw_payloads r
      where r.collected_at < ${raw}::timestamptz
        or ${posts !== null} and not exists (select from posts p where p.stream_id = r.stream_id
          and p.post_id = any(r.post_ids) and p.created_at >= ${posts}::timestamptz)
      group by r.stream_id) r on r.stream_id = s.stream_id
    order by s.stream_id`;
  return rows.filter((row) => row.posts > 0 || row.payloads > 0);
}

type RetainOptions = {
  /** Stops the removal between two batches. */
  readonly signal?: AbortSignal;
  /** Called after each batch with what was removed from the stream so far. */
  readonly onProgress?: (removed: Expired) => void;
};

/**
 * Removes expired posts and payloads, one stream and one batch at a time. Each batch is a transaction that leaves
 * rollups equal to a recount and raises the version of the stream. Returns what was removed from each stream. Any
 * number of processes may run it at once.
 */
export async function removeExpired(
  sql: Sql,
  retention: Retention,
  now: number,
  { signal, onProgress = () => {} }: RetainOptions = {},
): Promise<readonly Expired[]> {
  const cutoffs = cutoffsOf(retention, now);
  const removed: Expired[] = [];
  for (const { streamId, title } of await listExpired(sql, retention, now)) {
    let gone: Expired = { streamId, title, posts: 0, payloads: 0 };
    for (const remove of [removeOldPosts, removeOldRaw]) {
      for (let isOver = false; !isOver; ) {
        signal?.throwIfAborted();
        const batch = await remove(sql, streamId, cutoffs);
        gone = { ...gone, posts: gone.posts + batch.posts, payloads: gone.payloads + batch.payloads };
        onProgress(gone);
        isOver = batch.isLast;
      }
    }
    removed.push(gone);
  }
  return removed;
}
