import type { TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { derivationVersion } from '../shared/derivation.ts';
import { toIso } from '../shared/instant.ts';
import { type Arrivals, arrivalsKept, type StreamAdditions } from '../ingest/write/changes.ts';
import { addedSums } from '../ingest/write/rollups.ts';

/** What a transaction changed of a stream, besides its version. */
type Touched = {
  /** Posts were added, changed or removed: updates the earliest and latest post, the arrivals and the sums. */
  readonly posts?: StreamAdditions | null;
  /** The profile changed: the title follows the handle. */
  readonly profile?: boolean;
  /** A fetch or an import has just succeeded. */
  readonly fetched?: boolean;
};

/**
 * Raises a stream's version, which makes every cached answer about it stale, and announces it. No other code raises
 * it. Call this once in each transaction that changes what an answer can show, and not when nothing changed.
 */
export async function touch(tx: TransactionSql, streamId: number, what: Touched = {}): Promise<void> {
  const { posts = null, profile = false, fetched = false } = what;
  const [row] = await tx<{ version: number }[]>`
    update streams ${setRaised(tx, 1)}
      ${posts === null ? tx`` : additionsOf(tx, streamId, posts)}
      ${profile ? tx`, title = (select case platform when 'X' then '@' else '' end || handle from accounts a where a.stream_id = ${streamId})` : tx``}
      ${fetched ? tx`, fetched_at = now()` : tx``}
    where stream_id = ${streamId}
    returning version::float8`;
  if (row !== undefined) announce(tx, { stream: streamId, version: row.version });
}

/** The first and the last post are the ends of the index on stream_id and created_at. */
const additionsOf = (tx: TransactionSql, streamId: number, { arrived, newest, sums }: StreamAdditions) => tx`
  , ${addedSums(tx, sums)},
  earliest_post_at = (select min(created_at) from posts where stream_id = ${streamId}),
  latest_post_at = (select max(created_at) from posts where stream_id = ${streamId}),
  arrived = arrived + ${arrived},
  arrivals = arrivals[greatest(1, cardinality(arrivals) + ${newest.length} - ${arrivalsKept - 1}):] || ${newest as string[]}::uuid[]`; // safe: it is only read

/** What a transaction adds to a stream. */
type Written = {
  readonly streamId: number;
  readonly arrivals: Arrivals;
  readonly unfolded: number;
  /** Instants of the first and the last new post, in milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
};

/** Touches several streams that got new posts and no other change. Also counts the changes that are to be folded. */
export async function touchWritten(tx: TransactionSql, written: readonly Written[]): Promise<void> {
  const rows = await tx<{ stream: number; version: number }[]>`
    update streams s ${setRaised(tx, 1)}, unfolded = unfolded + w.more,
      earliest_post_at = least(earliest_post_at, w.first), latest_post_at = greatest(latest_post_at, w.last),
      arrived = arrived + w.came,
      arrivals = arrivals[greatest(1, cardinality(arrivals) + cardinality(w.newest) - ${arrivalsKept - 1}):] || w.newest
    from (select stream_id, came, more, first, last, newest::uuid[] as newest from unnest(
      ${written.map(({ streamId }) => streamId)}::int[], ${written.map(({ arrivals }) => arrivals.arrived)}::int[],
      ${written.map(({ unfolded }) => unfolded)}::int[], ${written.map(({ first }) => toIso(first))}::timestamptz[],
      ${written.map(({ last }) => toIso(last))}::timestamptz[], ${written.map(({ arrivals }) => `{${arrivals.newest.join(',')}}`)}::text[])
      as w (stream_id, came, more, first, last, newest)) w
    where s.stream_id = w.stream_id
    returning s.stream_id as stream, s.version::float8`;
  announce(tx, ...rows);
}

/** Touches several streams when nothing but their own rows changed. */
export async function touchAll(tx: TransactionSql, streamIds: readonly number[]): Promise<void> {
  if (streamIds.length === 0) return;
  const rows = await tx<{ stream: number; version: number }[]>`
    update streams ${setRaised(tx, 1)} where stream_id = any(${streamIds as number[]})
    returning stream_id as stream, version::float8`; // safe: it is only read
  announce(tx, ...rows);
}

/**
 * Raises every stream's version by `by`, in a store that was restored while no process used it. Announces nothing.
 * Cached answers are keyed by these versions: none from the store before may be served.
 */
export async function raiseAllVersions(tx: TransactionSql, by: number): Promise<void> {
  await tx`update streams ${setRaised(tx, by)}`;
}

/** When newer rules than those of this process derived the stream, `derived_version` falls behind: see the column. */
const setRaised = (tx: TransactionSql, by: number) => tx`
  set version = version + ${by}::bigint,
  derived_version = case when derived_version = version and derivation <= ${derivationVersion}
    then version + ${by}::bigint else derived_version end`;
