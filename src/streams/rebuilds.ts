import type { Sql, TransactionSql } from 'postgres';
import { derivationVersion } from '../shared/derivation.ts';
import { must } from '../shared/errors.ts';
import type { Platform } from '../shared/post.ts';
import { lockStream } from './lock.ts';

type Tx = Sql | TransactionSql;

/**
 * A rebuild that one process holds. Each process that takes it gets a higher lease, and a write with an older lease
 * fails.
 */
export type Rebuild = {
  readonly streamId: number;
  readonly title: string;
  readonly platform: Platform;
  readonly lease: number;
};

/** Thrown when another process took the rebuild over, or the stream was deleted. */
export class RebuildLostError extends Error {
  override readonly name = 'RebuildLostError';
}

/** How long a process holds a rebuild without renewing its lease. */
export const leaseMs = 30_000;

/**
 * Matches streams that wait for a rebuild or are in one. A stream that newer rules derived is left to newer
 * processes.
 */
const isWaiting = (
  sql: Tx,
) => sql`s.derivation <= ${derivationVersion} and (s.derivation < ${derivationVersion}
  or s.derived_version <> s.version or exists (select from rebuilds r where r.stream_id = s.stream_id))`;

/**
 * Takes the rebuild of the smallest stream that waits for one; null when none does. The wait of a rebuild without
 * progress doubles each time, up to an hour, so that it does not hold up the others.
 */
export async function takeRebuild(sql: Sql, forMs = leaseMs): Promise<Rebuild | null> {
  return sql.begin(async (tx) => {
    const [found] = await tx<{ streamId: number }[]>`
      select s.stream_id as "streamId" from streams s left join rebuilds held on held.stream_id = s.stream_id
      where ${isWaiting(tx)} and (held.until is null or held.until <= now())
      order by s.arrived, s.stream_id limit 1 for update of s skip locked`;
    if (found === undefined) return null;
    await beginAnew(tx, found.streamId, tx`derivation < ${derivationVersion} or derived_version <> version`);
    // The last holder of the stream's lock may have taken it.
    const [taken] = await tx<{ lease: number }[]>`
      insert into rebuilds as r (stream_id, until)
      values (${found.streamId}, clock_timestamp() + interval '1 millisecond' * ${forMs}::float8)
      on conflict (stream_id) do update set lease = r.lease + 1, failures = least(r.failures + 1, 1000),
        until = clock_timestamp() + least(interval '1 hour',
          interval '1 millisecond' * ${forMs}::float8 * 2 ^ least(r.failures, 20))
      where r.until <= clock_timestamp()
      returning lease`;
    return taken === undefined ? null : describe(tx, found.streamId, taken.lease);
  });
}

/** Takes the rebuild of a stream from its beginning, even when it does not wait for one, or another process holds it. */
export async function takeRebuildOf(sql: Sql, streamId: number): Promise<Rebuild> {
  return sql.begin(async (tx) => {
    await lockStream(tx, streamId);
    await beginAnew(tx, streamId, tx`derivation <= ${derivationVersion}`);
    const [taken] = await tx<{ lease: number }[]>`
      insert into rebuilds as r (stream_id, until)
      values (${streamId}, clock_timestamp() + interval '1 millisecond' * ${leaseMs}::float8)
      on conflict (stream_id) do update set lease = r.lease + 1, failures = 1, until = excluded.until, reached = null,
        posts = 0, unreadable = 0
      returning lease`;
    return describe(tx, streamId, must(taken, 'an upsert gives its row').lease);
  });
}

/** Marks the posts as derived by this process' rules, so that a later write by an older process is noticed. */
async function beginAnew(
  tx: TransactionSql,
  streamId: number,
  when: ReturnType<TransactionSql>,
): Promise<void> {
  const begun = await tx`
    update streams set derivation = ${derivationVersion}, derived_version = version
    where stream_id = ${streamId} and (${when})`;
  if (begun.count > 0)
    await tx`update rebuilds set reached = null, posts = 0, unreadable = 0 where stream_id = ${streamId}`;
}

async function describe(tx: TransactionSql, streamId: number, lease: number): Promise<Rebuild> {
  const [row] = await tx<Omit<Rebuild, 'lease'>[]>`
    select stream_id as "streamId", title, platform from streams where stream_id = ${streamId}`;
  return { ...must(row, 'its row is locked'), lease };
}

const isOwn = (sql: Tx, { streamId, lease }: Rebuild) => sql`stream_id = ${streamId} and lease = ${lease}`;

/** How far a rebuild has come. */
export type Reached = {
  /** The last post that is done; null before the first. */
  readonly reached: string | null;
  readonly unreadable: number;
};

/** Returns how far the rebuild has come. Throws RebuildLostError when another process holds it. */
export async function findReached(sql: Tx, rebuild: Rebuild): Promise<Reached> {
  const [row] = await sql<Reached[]>`
    select reached, unreadable::float8 from rebuilds where ${isOwn(sql, rebuild)}`;
  return row ?? lost(rebuild);
}

/** Records the last post that is done. Call it in the transaction that wrote the post. */
export async function noteReached(
  tx: TransactionSql,
  rebuild: Rebuild,
  done: { readonly reached: string; readonly ownPosts: number; readonly unreadable: number },
): Promise<void> {
  const { reached, ownPosts, unreadable } = done;
  const { count } = await tx`
    update rebuilds set reached = ${reached}, posts = posts + ${ownPosts}, unreadable = unreadable + ${unreadable},
      failures = 1, until = clock_timestamp() + interval '1 millisecond' * ${leaseMs}::float8
    where ${isOwn(tx, rebuild)}`;
  if (count === 0) lost(rebuild);
}

/** Ends the rebuild, in the transaction that wrote the rest. */
export async function endRebuild(tx: TransactionSql, rebuild: Rebuild): Promise<void> {
  const { count } = await tx`delete from rebuilds where ${isOwn(tx, rebuild)}`;
  if (count === 0) lost(rebuild);
}

/** Renews the lease of this process. */
export async function holdRebuild(sql: Sql, rebuild: Rebuild): Promise<void> {
  await sql`
    update rebuilds set until = greatest(until, clock_timestamp() + interval '1 millisecond' * ${leaseMs}::float8)
    where ${isOwn(sql, rebuild)}`;
}

/** Releases the rebuild, so that any process may take it at once. */
export async function leaveRebuild(sql: Sql, rebuild: Rebuild): Promise<void> {
  await sql`update rebuilds set until = clock_timestamp(), failures = 0 where ${isOwn(sql, rebuild)}`;
}

function lost({ title }: Rebuild): never {
  throw new RebuildLostError(`Another process took over the rebuild of ${title}, or the stream was deleted`);
}

/** How far all rebuilds have come. Counts are of own posts, as in stats. */
export type Rebuilding = {
  readonly streams: number;
  readonly postsDone: number;
  readonly postsTotal: number;
};

/**
 * Returns the progress of all streams that wait for a rebuild or are in one; null when there are none. Posts are
 * summed from the tallies.
 */
export async function findRebuilding(sql: Sql): Promise<Rebuilding | null> {
  const waiting = await sql<{ streamId: number; done: number }[]>`
    select s.stream_id as "streamId", coalesce(b.posts, 0)::float8 as done
    from streams s left join rebuilds b on b.stream_id = s.stream_id where ${isWaiting(sql)}`;
  if (waiting.length === 0) return null;
  const totals = await sql<{ streamId: number; total: number }[]>`
    select stream_id as "streamId", sum(posts)::float8 as total from tally_totals
    where stream_id = any(${waiting.map(({ streamId }) => streamId)}) and dimension = 'PROVIDER' group by stream_id`;
  const totalOf = new Map(totals.map(({ streamId, total }) => [streamId, total]));
  let [postsDone, postsTotal] = [0, 0];
  for (const { streamId, done } of waiting) {
    const total = totalOf.get(streamId) ?? 0;
    postsDone += Math.min(done, total);
    postsTotal += total;
  }
  return { streams: waiting.length, postsDone, postsTotal };
}
