import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { noAdditions, saveChanges, type StreamAdditions, StreamChanges } from '../ingest/write/changes.ts';
import { type Derived, rederivePosts } from '../ingest/write/rederive.ts';
import { KnownChanges } from '../ingest/write/known-changes.ts';
import { settlePosts } from '../ingest/write/known-posts.ts';
import { sameRow } from '../ingest/write/merge.ts';
import { type PostChange, updatePosts } from '../ingest/write/posts.ts';
import { RawIndex } from '../ingest/write/raw-index.ts';
import type { RawParsers, RawSource } from '../ingest/write/read-again.ts';
import { mendRollup, type RollupName, verifyStream } from '../ingest/write/recount.ts';
import { findPast, findPosts } from '../ingest/write/stored.ts';
import { noteStream } from '../ingest/folding/changes.ts';
import { loadChannelEmotes } from './emote-sets.ts';
import { lockStream } from './lock.ts';
import { mendKnown } from './mend-known.ts';
import { findProfile } from './profile.ts';
import { endRebuild, findReached, noteReached, type Rebuild, takeRebuildOf } from './rebuilds.ts';
import { takeUpAfter } from './take-up-vacant.ts';
import { touch } from './touch.ts';
import { unifyOwner } from './unify-owner.ts';

/** What a rebuild did, in all or in one part. */
export type Rebuilt = {
  readonly posts: number;
  readonly changed: number;
  /** Payloads that could not be read, and were skipped. */
  readonly unreadable: number;
};

/** Callbacks and options of a rebuild. */
export type RebuildHooks = {
  /** Called after each batch with what this process has rebuilt so far. */
  readonly onProgress?: (rebuilt: Rebuilt) => void;
  /** Called between two batches with how long the last one took. It may wait, to leave time for other work. */
  readonly pause?: (tookMs: number) => Promise<void>;
  /** Posts rebuilt under one lock of the stream; default 1,000. */
  readonly postsAtOnce?: number;
};

/** Rebuilds a stream from its beginning, even when it does not wait for a rebuild. */
export async function rebuildStream(
  sql: Sql,
  streamId: number,
  parsers: RawParsers,
  hooks: RebuildHooks = {},
): Promise<Rebuilt> {
  return continueRebuild(sql, await takeRebuildOf(sql, streamId), parsers, hooks);
}

/**
 * Continues a rebuild where it stopped: derives everything again that comes from collected data. First come the
 * rollups that differ from a recount, and what is known of the posts across streams. Then come terms, language,
 * sentiment and the like, batch by batch: from the stored payloads with today's parsers, or from the stored text of
 * posts without a payload. Last, an account that was stored as two authors, by its handle and by its id, becomes one.
 * Metrics, their history and when posts were seen stay.
 *
 * Each batch is a transaction that changes posts and rollups together, so rollups equal a recount at any time. Nobody
 * waits for the stream longer than a batch takes to write. Posts that arrive meanwhile are derived by today's rules.
 * Throws RebuildLostError when another process took the rebuild over, or the stream was deleted.
 */
export async function continueRebuild(
  sql: Sql,
  rebuild: Rebuild,
  parsers: RawParsers,
  { onProgress = () => {}, pause = async () => {}, postsAtOnce = 1_000 }: RebuildHooks = {},
): Promise<Rebuilt> {
  const { streamId, platform } = rebuild;
  let { reached } = await findReached(sql, rebuild);
  if (reached === null) {
    await mendKnown(sql, streamId);
    await mendRollups(sql, streamId);
  }
  const profile = await findProfile(sql, streamId);
  const emotes = platform === 'TWITCH' ? await loadChannelEmotes(sql, streamId) : undefined;
  const common = { streamId, platform, profile, parsers, index: new RawIndex(streamId) };
  const source: RawSource = emotes === undefined ? common : { ...common, emotes };
  let rebuilt: Rebuilt = { posts: 0, changed: 0, unreadable: 0 };
  for (;;) {
    const begun = performance.now();
    const ids = await listPosts(sql, streamId, reached, postsAtOnce);
    const last = ids.at(-1);
    if (last === undefined) break;
    const derived = await rederivePosts(sql, source, ids);
    const { vacated, ...batch } = await sql.begin((tx) =>
      writeDerived(tx, { rebuild, source, ids, derived }),
    );
    await takeUpAfter(sql, vacated);
    rebuilt = addRebuilt(rebuilt, batch);
    reached = last;
    onProgress(rebuilt);
    await pause(performance.now() - begun);
  }
  const moved = await sql.begin(async (tx) => {
    await lockStream(tx, streamId);
    const owned = (await unifyOwner(tx, streamId)) ?? 0;
    // The whole stream, because an older server writes posts without noting changes for trends.
    await noteStream(tx, streamId);
    await touch(tx, streamId, { posts: noAdditions });
    await endRebuild(tx, rebuild);
    return owned;
  });
  return addRebuilt(rebuilt, { posts: 0, changed: moved, unreadable: 0 });
}

/** Adds up two parts of rebuilds. */
export const addRebuilt = (a: Rebuilt, b: Rebuilt): Rebuilt => ({
  posts: a.posts + b.posts,
  changed: a.changed + b.changed,
  unreadable: a.unreadable + b.unreadable,
});

/** Returns the ids of the next posts, in the order of the primary key. */
async function listPosts(
  sql: Sql,
  streamId: number,
  after: string | null,
  first: number,
): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select post_id as id from posts where stream_id = ${streamId} ${after === null ? sql`` : sql`and post_id > ${after}`}
    order by post_id limit ${first}`;
  return rows.map(({ id }) => id);
}

type Batch = {
  readonly rebuild: Rebuild;
  readonly source: RawSource;
  readonly ids: readonly string[];
  readonly derived: Derived;
};

/** Writes a batch that was derived before the stream was locked. Posts that changed in between are derived again. */
async function writeDerived(
  tx: TransactionSql,
  { rebuild, source, ids, derived }: Batch,
): Promise<Rebuilt & { readonly vacated: readonly number[] }> {
  const { streamId } = source;
  await lockStream(tx, streamId);
  const stored = await findPosts(tx, streamId, ids);
  const isStale = (id: string) => {
    const [now, then] = [stored.get(id), derived.posts.get(id)];
    return now !== undefined && (then === undefined || !sameRow(now, then.stored));
  };
  const again = await rederivePosts(tx, source, ids.filter(isStale));
  const changed: PostChange[] = [];
  for (const id of stored.keys()) {
    const change = again.posts.get(id) ?? derived.posts.get(id);
    if (change !== undefined && !sameRow(change.row, change.stored)) changed.push(change);
  }
  if (changed.length > 0) await touch(tx, streamId, { posts: await replace(tx, streamId, changed) });
  const ownPosts = [...stored.values()].filter(({ own }) => own).length;
  const reached = ids.at(-1) ?? '';
  const { unreadable } = derived;
  await noteReached(tx, rebuild, { reached, ownPosts, unreadable });
  // The commit does not wait for the disk: a power cut that loses this batch loses its cursor, too.
  await tx`set local synchronous_commit = off`;
  const known = new KnownChanges();
  for (const change of changed) known.change(change);
  const vacated = await settlePosts(tx, source, known);
  return { posts: stored.size, changed: changed.length, unreadable, vacated };
}

async function replace(
  tx: TransactionSql,
  streamId: number,
  changed: readonly PostChange[],
): Promise<StreamAdditions> {
  const past = await findPast(
    tx,
    streamId,
    changed.map(({ stored }) => stored.postId),
  );
  const changes = new StreamChanges();
  for (const { stored, row } of changed) {
    changes.replace(stored, { row, past: [], isNews: true }, past.get(row.postId) ?? []);
  }
  await updatePosts(tx, streamId, changed);
  return saveChanges(tx, streamId, await changes.prepare(streamId));
}

/** How often a rollup is counted before the rebuild fails, while its stream keeps changing. */
const mendAttempts = 20;
/** How often it is counted without the stream's lock. A live chat changes each second: then its writer has to wait. */
const unlockedAttempts = 4;

/** Corrects each rollup that differs from a recount of the stream's posts. Counts without a lock at first. */
export async function mendRollups(sql: Sql, streamId: number): Promise<void> {
  for (const { table } of await verifyStream(sql, streamId)) {
    if (table === 'known_posts') continue;
    for (let attempt = 1; !(await mend(sql, streamId, table, attempt > unlockedAttempts)); attempt++) {
      if (attempt === mendAttempts)
        throw new Error(`The stream changed ${attempt} times while ${table} was counted`);
      await sleep(attempt * 100);
    }
  }
}

/** Corrects one rollup. Returns false, and changes nothing, when the stream changed during the count. */
async function mend(sql: Sql, streamId: number, table: RollupName, locked: boolean): Promise<boolean> {
  try {
    await sql.begin('isolation level repeatable read', async (tx) => {
      if (locked) await lockStream(tx, streamId);
      await mendRollup(tx, streamId, { table, lock: () => lockStream(tx, streamId) });
      await touch(tx, streamId, { posts: noAdditions });
    });
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === serializationFailure) return false;
    throw error;
  }
}

/** Postgres' error code when a row to lock has changed since the transaction began. */
const serializationFailure = '40001';
