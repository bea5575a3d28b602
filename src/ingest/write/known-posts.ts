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

/** The key of the advisory lock under which the registry of posts is written, and the class of those of single posts. */
const knownPostsLock = 20_261_129;
/** Posts that are looked at in all streams together. */
const settledAtOnce = 2_500;

type Stream = Pick<Source, 'streamId' | 'platform'>;

/**
 * Brings the registry of posts up to what a transaction did to a stream's posts, and the stream's rows up to the
 * registry. Call it last, and once where posts are added: it takes locks that all streams share and that last to the end
 * of the transaction, so nothing else may be waited for while they are held. The caller holds the stream's lock, and
 * touches the stream. Returns the streams that are to take posts up once this has committed: see
 * `streams/take-up-vacant.ts`. Why this is right when many write at once: known-posts.md.
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
 * Adds a few posts that nobody has and that nobody waits for, beside others who do the same with other posts: see
 * known-posts.md. Returns false, and holds no lock, when they are no such posts.
 */
async function registerFew(
  tx: TransactionSql,
  streamId: number,
  added: KnownChanges['added'],
): Promise<boolean> {
  // What is sent at once comes before what is only called for.
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
 * Makes sure that nobody else writes of these posts until the transaction ends: nobody who has but them, since their locks
 * are taken one by one in one order, and nobody who has the registry.
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

/** 32 bits of a key's end, where posts of the same moment differ. Two posts may share them: then one waits for the other. */
const lockKeyOf = (postId: string): number => Number.parseInt(postId.replaceAll('-', '').slice(-8), 16) | 0;

/**
 * Makes sure that nobody else writes the registry until the transaction ends. A statement of its own: one that waits for
 * the lock still sees what was there before.
 */
async function lockKnownPosts(tx: TransactionSql): Promise<void> {
  await tx`select pg_advisory_xact_lock(${knownPostsLock})`;
}

/**
 * Puts posts back where their parents say, `first` of them at most, each with what hangs below it, and returns how many
 * there were. Runs under the lock of the registry.
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

/** Takes away what is known of posts that no stream has any more, and returns their keys. */
async function releasePosts(tx: TransactionSql, postIds: readonly string[]): Promise<readonly string[]> {
  if (postIds.length === 0) return [];
  const ids = uuidArray(postIds);
  // Notes of posts that are gone are their stream's own.
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
  /** Posts that no stream has any more. */
  readonly gone: readonly string[];
  /** Posts that were not known. */
  readonly added: readonly Threaded[];
  /** Posts that reply to another than before. */
  readonly moved: readonly Threaded[];
  readonly heirs: readonly number[];
};

/** Decides again who stands for posts, by all rows that there are of each. */
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

/** All rows of some posts, in whatever streams. By the index on post_id. */
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
  // A note is of the stream that stands. This one's needs none: its rows are set right below.
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
