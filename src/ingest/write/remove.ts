import { setImmediate } from 'node:timers/promises';
import type { TransactionSql } from 'postgres';
import { isPlatformId, xKey } from '../../shared/post-key.ts';
import type { Source } from './source.ts';
import { saveChanges, StreamChanges } from './changes.ts';
import { addSums } from './rollups.ts';
import type { KnownChanges } from './known-changes.ts';
import { deletePosts } from './posts.ts';
import { findPast, findPosts } from './stored.ts';

/**
 * Deletes posts of X that their platform reports as deleted, with their metric history and everything they counted for.
 * Returns how many the stream had; unknown ids are ignored. What stays: their payloads, which share rows with others'
 * and which a rebuild reads only for stored posts; their authors; replies to them. A post that is delivered again is
 * simply stored again. The caller holds the stream's lock, touches the stream when posts were removed, and settles
 * `known` at the end of the transaction.
 */
export async function removePosts(
  tx: TransactionSql,
  { streamId, platform }: Pick<Source, 'streamId' | 'platform'>,
  platformIds: readonly string[],
  known: KnownChanges,
): Promise<number> {
  if (platform !== 'X') return 0;
  const keys = platformIds.filter((id) => isPlatformId(platform, id)).map(xKey);
  return removeStored(tx, streamId, keys, known);
}

/** Posts in memory at once. */
const removedAtOnce = 2_500;
/** Posts deleted before other work gets a chance to run. */
const removedInARow = 100;

/** Like `removePosts`, by the posts' own keys. */
export async function removeStored(
  tx: TransactionSql,
  streamId: number,
  postIds: readonly string[],
  known: KnownChanges,
): Promise<number> {
  let removed = 0;
  for (let at = 0; at < postIds.length; at += removedAtOnce) {
    removed += await removeSome(tx, streamId, postIds.slice(at, at + removedAtOnce), known);
  }
  return removed;
}

async function removeSome(
  tx: TransactionSql,
  streamId: number,
  postIds: readonly string[],
  known: KnownChanges,
): Promise<number> {
  const rows = [...(await findPosts(tx, streamId, postIds)).values()];
  if (rows.length === 0) return 0;
  const past = await findPast(
    tx,
    streamId,
    rows.map((row) => row.postId),
  );
  const changes = new StreamChanges();
  for (const [at, row] of rows.entries()) {
    changes.remove(row, past.get(row.postId) ?? []);
    known.remove(row.postId);
    if (at % removedInARow === removedInARow - 1) await setImmediate();
  }
  await deletePosts(tx, streamId, rows);
  const { sums } = await saveChanges(tx, streamId, await changes.prepare(streamId));
  await addSums(tx, streamId, sums);
  return rows.length;
}
