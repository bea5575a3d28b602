import type { Sql } from 'postgres';
import { type Cutoffs, removeOldPosts, removeOldRaw } from './expire.ts';

/** How long things are kept, in milliseconds; null: for ever. */
export type Retention = {
  /** From when a post was written. */
  readonly postsMs: number | null;
  /** From when a payload was collected. */
  readonly rawMs: number | null;
};

/** What of a stream is past its time. */
export type Expired = {
  readonly streamId: number;
  readonly title: string;
  readonly posts: number;
  /** Of them several where a post was delivered several times. Those that share a row with others' go when the last can. */
  readonly payloads: number;
};

/** The instants before which things go; null: nothing does. */
export const cutoffsOf = ({ postsMs, rawMs }: Retention, now: number): Cutoffs => ({
  posts: postsMs === null ? null : new Date(now - postsMs),
  raw: rawMs === null ? null : new Date(now - rawMs),
});

/** Counts what is past its time, by stream; streams without any are left out. By the index on created_at. */
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
  /** Aborted when it is to stop, which it does between two batches. */
  readonly signal?: AbortSignal;
  /** Called after each batch with what went of the stream so far. */
  readonly onProgress?: (removed: Expired) => void;
};

/**
 * Removes what is past its time, a stream and a batch at a time: each batch is a transaction that leaves rollups equal
 * to a recount and raises the stream's version. Returns what went, by stream. Any number of processes may do so at once.
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
