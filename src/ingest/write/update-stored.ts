import { setImmediate } from 'node:timers/promises';
import type { TransactionSql } from 'postgres';
import type { Identified } from '../../shared/post.ts';
import { insertHistory } from './history.ts';
import type { Incoming, Sighted } from './incoming.ts';
import { type Observation, sameRow, sayTheSame } from './merge.ts';
import { updatePosts, updateSeen } from './posts.ts';
import type { Gathered } from './prepare.ts';
import type { PostRow } from './row.ts';
import { findPast, findPosts } from './stored.ts';

/** Stored posts in memory at once, with their new versions. */
const storedAtOnce = 2_500;
/** Posts compared before other work gets a chance to run. */
const comparedInARow = 100;

type Updated = {
  /** The keys of the stored posts. */
  readonly stored: ReadonlySet<string>;
  /** How many of them changed. */
  readonly updated: number;
};

/**
 * Updates the stored posts from a batch, one part at a time, and gathers the further changes. The caller holds the
 * stream's lock.
 */
export async function updateStored<Post extends Identified>(
  tx: TransactionSql,
  streamId: number,
  { incoming, ids, gathered }: UpdateInput<Post>,
): Promise<Updated> {
  const known = new Set<string>();
  let updated = 0;
  for (let at = 0; at < ids.length; at += storedAtOnce) {
    const stored = await findPosts(tx, streamId, ids.slice(at, at + storedAtOnce));
    for (const id of stored.keys()) known.add(id);
    updated += await writeChanged(tx, streamId, await compare(incoming, stored), gathered);
  }
  return { stored: known, updated };
}

type UpdateInput<Post extends Identified> = {
  readonly incoming: Incoming<Post>;
  readonly ids: readonly string[];
  readonly gathered: Gathered;
};

type Change = Sighted & { readonly stored: PostRow };

/** Returns the stored posts that this batch changes. */
async function compare<Post extends Identified>(
  incoming: Incoming<Post>,
  stored: ReadonlyMap<string, PostRow>,
): Promise<readonly Change[]> {
  const changed: Change[] = [];
  let compared = 0;
  for (const [id, before] of stored) {
    const sighted = incoming.read(id, before);
    if (sighted !== null) changed.push({ stored: before, ...sighted });
    if (++compared % comparedInARow === 0) await setImmediate();
  }
  return changed;
}

/**
 * Writes the changes and returns how many posts changed. An older observation may already be in the history. That a
 * post was seen again unchanged is not a visible change: it only tells which of two sightings is later.
 */
async function writeChanged(
  tx: TransactionSql,
  streamId: number,
  compared: readonly Change[],
  { changes, known, provenance }: Gathered,
): Promise<number> {
  if (compared.length === 0) return 0;
  const news = compared.filter(({ merged }) => merged.isNews);
  const past = await findPast(
    tx,
    streamId,
    news.map(({ stored }) => stored.postId),
  );
  const pastOf = ({ stored }: Change) => past.get(stored.postId) ?? [];
  const changed = news.filter((change) => !isKnown(change, pastOf(change)));
  const areChanged = new Set(changed);
  const standing = compared.filter(
    (change) => !areChanged.has(change) && !sameRow(change.merged.row, change.stored),
  );
  await updateSeen(
    tx,
    streamId,
    standing.map(({ merged }) => merged.row),
  );
  for (const { posts, again } of compared) {
    for (const post of [...posts, ...again]) provenance.addAuthor(post);
  }
  if (changed.length === 0) return 0;
  for (const change of changed) {
    changes.replace(change.stored, change.merged, pastOf(change));
    for (const post of change.posts) provenance.add(change.stored.postId, post);
  }
  const rows = changed.map(({ stored, merged }) => ({ stored, row: merged.row }));
  for (const row of rows) known.change(row);
  await updatePosts(tx, streamId, rows);
  await insertHistory(
    tx,
    streamId,
    changed.map(({ merged }) => merged),
  );
  return changed.length;
}

/** Whether the store already has everything: an older export that comes after a newer one. */
function isKnown({ stored, merged }: Change, past: readonly Observation[]): boolean {
  const known = new Set(past.map((seen) => seen.observedAt));
  return merged.past.every((seen) => known.has(seen.observedAt)) && sayTheSame(merged.row, stored);
}
