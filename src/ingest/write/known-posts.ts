import type { TransactionSql } from 'postgres';
import type { Source } from './source.ts';
import type { KnownChanges } from './known-changes.ts';
import { fewPosts } from './few-posts.ts';
import { findMisthreaded } from './misthreaded.ts';
import { registerPosts } from './register-posts.ts';
import { decide, type Decision, type Known, type Sharer } from './standing.ts';
import { setStands } from './stands.ts';
import { uuidArray } from './stored.ts';
import { idsAround, lookAround, placeThreads, settleThreads, type Threaded } from './threads.ts';

/** Key of the advisory lock for writing the registry of posts; also the class of the locks of single posts. */
const knownPostsLock = 20_261_129;
/** Posts looked up in all streams together. */
const settledAtOnce = 2_500;

type Stream = Pick<Source, 'streamId' | 'platform'>;

/**
 * Updates the registry of posts after a transaction's changes to a stream's posts, and updates the stream's rows to the
 * registry. Call it last, and only once when posts are added: its locks are shared by all streams and last to the end
 * of the transaction, so the transaction must not wait for anything else while it holds them. The caller holds the
 * stream's lock and touches the stream. Returns the streams that must take posts up after the commit: see
 * `streams/take-up-vacant.ts`. known-posts.md explains why this is right under concurrency.
 */
export async function settlePosts(
  tx: TransactionSql,
  stream: Stream,
  changes: KnownChanges,
): Promise<readonly number[]> {
  // A Twitch message belongs to one channel.
  if (changes.isEmpty || stream.platform !== 'X') return [];
  const { added } = changes;
  const isFew = changes.unsettled.length === 0 && added.length <= fewPosts;
  if (isFew && (await registerFew(tx, stream.streamId, added))) return [];
  const [, around] = await Promise.all([lockKnownPosts(tx), lookAround(tx, added)]);
  const isContested = around.known;
  const fresh = added.filter(({ postId }) => !isContested.has(postId));
  await registerPosts(tx, stream.streamId, fresh, await placeThreads(tx, added, around));
  const gone = await releasePosts(tx, changes.unsettled);
  const isGone = new Set(gone);
  const left = changes.unsettled.filter((id) => !isGone.has(id) && !isContested.has(id));
  const settled = await settleShared(tx, stream.streamId, [...isContested, ...left]);
  await settleThreads(tx, {
    added: settled.added,
    moved: settled.moved,
    removed: [...gone, ...settled.gone],
  });
  return settled.heirs;
}

/**
 * Registers a few posts that nobody has and that no known post replies to, in parallel with transactions that register
 * other posts: see known-posts.md. Returns false, and holds no lock, when some posts are not like that.
 */
async function registerFew(
  tx: TransactionSql,
  streamId: number,
  added: KnownChanges['added'],
): Promise<boolean> {
  // Statements that are sent immediately come before those that wait for a call.
  const begun = tx.unsafe('savepoint registry').execute();
  const [, , around] = await Promise.all([begun, lockPosts(tx, idsAround(added)), lookAround(tx, added)]);
  if (around.known.size > 0 || around.waiting.length > 0) {
    await tx.unsafe('rollback to savepoint registry');
    return false;
  }
  const places = await placeThreads(tx, added, around);
  const ended = tx.unsafe('release savepoint registry').execute();
  await Promise.all([ended, registerPosts(tx, streamId, added, places)]);
  return true;
}

/**
 * Ensures that nobody else writes about these posts until the transaction ends: neither a transaction with locks of
 * single posts, since all take these in the same order, nor one with the registry's lock.
 */
async function lockPosts(tx: TransactionSql, postIds: readonly string[]): Promise<void> {
  const keys = [...new Set(postIds.map(lockKeyOf))].sort((a, b) => a - b);
  await Promise.all([
    tx.unsafe('select pg_advisory_xact_lock_shared($1)', [knownPostsLock], { prepare: true }),
    tx.unsafe(
      'select pg_advisory_xact_lock($1, key) from unnest($2::int[]) as key',
      [knownPostsLock, `{${keys.join(',')}}`],
      {
        prepare: true,
      },
    ),
  ]);
}

/**
 * The last 32 bits of a key, which differ between posts of the same moment. Two posts may share them; then one waits
 * for the other.
 */
const lockKeyOf = (postId: string): number => Number.parseInt(postId.replaceAll('-', '').slice(-8), 16) | 0;

/**
 * Ensures that nobody else writes the registry until the transaction ends. It is a separate statement, since a
 * statement that waits for the lock does not see what was committed meanwhile.
 */
async function lockKnownPosts(tx: TransactionSql): Promise<void> {
  await tx`select pg_advisory_xact_lock(${knownPostsLock})`;
}

/**
 * Puts posts back below their parents, at most `first` of them, each with its subtree; returns their number. Runs under
 * the registry's lock.
 */
export async function settleMisthreaded(tx: TransactionSql, first: number): Promise<number> {
  await lockKnownPosts(tx);
  const moved = await findMisthreaded(tx, first);
  if (moved.length === 0) return 0;
  await tx`
    update known_posts set root_id = post_id
    where post_id = any(${uuidArray(moved.map(({ postId }) => postId))}::uuid[]) and depth = 0`;
  await settleThreads(tx, { added: [], moved, removed: [] });
  return moved.length;
}

/** Deletes registry rows of posts that no stream has; returns their keys. */
async function releasePosts(tx: TransactionSql, postIds: readonly string[]): Promise<readonly string[]> {
  if (postIds.length === 0) return [];
  const ids = uuidArray(postIds);
  // Notes about deleted posts belong to their own stream.
  const gone = await tx.unsafe<{ id: string; streamId: number }[]>(
    `with held as materialized (/* across streams: whoever has one of the posts */
       select distinct p.post_id from posts p where p.post_id = any($1::uuid[]) and p.platform_id is null)
     delete from known_posts k where post_id = any($1::uuid[])
       and not exists (select from held h where h.post_id = k.post_id)
     returning post_id as id, stream_id as "streamId"`,
    [ids],
  );
  await removeNotes(tx, gone);
  return gone.map(({ id }) => id);
}

type Settled = {
  /** Posts that no stream has. */
  readonly gone: readonly string[];
  /** Posts that are new to the registry. */
  readonly added: readonly Threaded[];
  /** Posts whose parent changed. */
  readonly moved: readonly Threaded[];
  readonly heirs: readonly number[];
};

/** Decides again which rows stand for posts, from all rows of each post. */
async function settleShared(
  tx: TransactionSql,
  streamId: number,
  postIds: readonly string[],
): Promise<Settled> {
  const decisions: Decision[] = [];
  for (let at = 0; at < postIds.length; at += settledAtOnce) {
    const some = postIds.slice(at, at + settledAtOnce);
    const [sharers, known] = await Promise.all([findSharers(tx, some), findKnown(tx, some)]);
    const made = some.map((id) => decide(streamId, id, sharers.get(id) ?? [], known.get(id) ?? null));
    await writeDecisions(tx, streamId, made);
    decisions.push(...made);
  }
  return {
    gone: decisions.filter(({ now, before }) => now === null && before !== null).map(({ postId }) => postId),
    added: decisions.flatMap(({ now, before }) => (now !== null && before === null ? [now] : [])),
    moved: decisions.flatMap(({ now, before }) =>
      now !== null && before !== null && before.parentId !== now.parentId ? [now] : [],
    ),
    heirs: [...new Set(decisions.flatMap(({ heir }) => (heir === null ? [] : [heir])))],
  };
}

/** All rows of some posts in all streams. Served by the index on post_id. */
async function findSharers(
  tx: TransactionSql,
  postIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Sharer[]>> {
  const rows = await tx.unsafe<Sharer[]>(
    `select /* across streams: whoever has one of the posts */
       post_id as "postId", stream_id as "streamId", own, parent_id as "parentId", stands,
       (extract(epoch from collected_at) * 1000)::float8 as "collectedAt"
     from posts where post_id = any($1::uuid[]) and platform_id is null`,
    [uuidArray(postIds)],
  );
  const byPost = new Map<string, Sharer[]>();
  for (const row of rows) {
    const others = byPost.get(row.postId);
    if (others === undefined) byPost.set(row.postId, [row]);
    else others.push(row);
  }
  return byPost;
}

async function findKnown(
  tx: TransactionSql,
  postIds: readonly string[],
): Promise<ReadonlyMap<string, Known>> {
  const rows = await tx.unsafe<Known[]>(
    `select post_id as "postId", stream_id as "streamId", own, parent_id as "parentId"
     from known_posts where post_id = any($1::uuid[])`,
    [uuidArray(postIds)],
  );
  return new Map(rows.map((row) => [row.postId, row]));
}

async function writeDecisions(
  tx: TransactionSql,
  streamId: number,
  decisions: readonly Decision[],
): Promise<void> {
  await writeKnown(
    tx,
    decisions.flatMap(({ now, before }) => (now !== null && !sameKnown(now, before) ? [now] : [])),
  );
  const gone = decisions.filter(({ now, before }) => now === null && before !== null);
  if (gone.length > 0) {
    await tx`delete from known_posts where post_id = any(${gone.map(({ postId }) => postId)}::uuid[])`;
  }
  // A note belongs to the stream that stands. This stream needs none: its rows are updated below.
  await removeNotes(
    tx,
    decisions.flatMap(({ postId, now, before }) => [
      ...(before !== null && before.streamId !== now?.streamId
        ? [{ id: postId, streamId: before.streamId }]
        : []),
      ...(now?.streamId === streamId ? [{ id: postId, streamId }] : []),
    ]),
  );
  await addNotes(tx, decisions);
  for (const stands of [true, false]) {
    await setStands(tx, streamId, idsOf(decisions.filter((each) => each.stands === stands)), stands);
  }
}

const idsOf = (decisions: readonly Decision[]) => decisions.map(({ postId }) => postId);

const sameKnown = (a: Known, b: Known | null) =>
  b !== null && a.streamId === b.streamId && a.own === b.own && a.parentId === b.parentId;

async function writeKnown(tx: TransactionSql, rows: readonly Known[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.unsafe(
    `insert into known_posts as k (post_id, stream_id, own, parent_id, root_id, depth)
     select post_id, stream_id, own, parent_id, post_id, 0
     from unnest($1::uuid[], $2::int[], $3::boolean[], $4::uuid[]) as t (post_id, stream_id, own, parent_id)
     on conflict (post_id) do update
       set stream_id = excluded.stream_id, own = excluded.own, parent_id = excluded.parent_id`,
    [
      uuidArray(rows.map(({ postId }) => postId)),
      rows.map(({ streamId }) => streamId),
      uuidArray(rows.map(({ own }) => String(own))),
      uuidArray(rows.map(({ parentId }) => parentId ?? 'null')),
    ],
  );
}

type Note = { readonly id: string; readonly streamId: number };

async function addNotes(tx: TransactionSql, decisions: readonly Decision[]): Promise<void> {
  const heirs = decisions.filter(({ heir }) => heir !== null);
  if (heirs.length === 0) return;
  await tx`
    insert into vacant_posts (stream_id, post_id)
    select * from unnest(${heirs.map(({ heir }) => heir)}::int[], ${heirs.map(({ postId }) => postId)}::uuid[])
    on conflict do nothing`;
}

async function removeNotes(tx: TransactionSql, notes: readonly Note[]): Promise<void> {
  if (notes.length === 0) return;
  await tx`
    delete from vacant_posts v
    using unnest(${notes.map(({ streamId }) => streamId)}::int[], ${notes.map(({ id }) => id)}::uuid[]) as n (stream_id, post_id)
    where v.stream_id = n.stream_id and v.post_id = n.post_id`;
}
