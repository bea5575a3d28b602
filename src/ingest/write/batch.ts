import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { NotFoundError } from '../../shared/errors.ts';
import type { AccountProfile, EnrichedPost, Identified, Platform, ProviderName } from '../../shared/post.ts';
import { Provenance } from './provenance.ts';
import { StreamChanges } from './changes.ts';
import { insertHistory } from './history.ts';
import { Incoming } from './incoming.ts';
import { type Merged, mergePost } from './merge.ts';
import { insertPosts, updatePosts } from './posts.ts';
import type { PostRow } from './row.ts';
import { findPast, findPosts, mayHave } from './stored.ts';
import { saveProfile } from './streams.ts';

/** Whose posts are written, and who delivered them. */
export type Source = {
  readonly streamId: number;
  readonly platform: Platform;
  readonly provider: ProviderName;
};

/** Posts that are written together. */
export type Batch<Post extends Identified> = {
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  readonly posts: readonly Post[];
  /** Gives the post itself, when it is its turn: it is let go of before the next is read. */
  readonly read: (post: Post) => EnrichedPost;
  readonly collectedAt: number;
};

export type BatchOutcome = { readonly inserted: number; readonly updated: number };

/**
 * Writes a batch in one transaction: posts, payloads, authors, metric history, rollups and the stream's version
 * together, or nothing. The same batch twice changes nothing; transactions of one stream take turns. Rollups are
 * added to once, at the end: the larger the batch, the less a post costs, and the longer others wait for the stream.
 * `withinTransaction` runs last and commits or fails with the rest: a job keeps its cursor by it.
 */
export async function writeBatch<Post extends Identified>(
  sql: Sql,
  source: Source,
  batch: Batch<Post>,
  withinTransaction?: (tx: TransactionSql, outcome: BatchOutcome) => Promise<void>,
): Promise<BatchOutcome> {
  return sql.begin(async (tx) => {
    await lockStream(tx, source.streamId);
    const outcome = await write(tx, source, batch);
    await withinTransaction?.(tx, outcome);
    return outcome;
  });
}

/** Whoever changes a stream's posts or rollups holds this until the transaction ends. */
export async function lockStream(tx: TransactionSql, streamId: number): Promise<void> {
  const rows = await tx`select 1 from streams where stream_id = ${streamId} for update`;
  if (rows.length === 0)
    throw new NotFoundError('The stream was deleted while posts were being written to it');
}

async function write<Post extends Identified>(
  tx: TransactionSql,
  source: Source,
  batch: Batch<Post>,
): Promise<BatchOutcome> {
  const { streamId } = source;
  const incoming = new Incoming(source, batch);
  const changes = new StreamChanges();
  const provenance = new Provenance();
  if (batch.account !== null) await saveProfile(tx, streamId, batch.account);

  const known = new Set<string>();
  let updated = 0;
  const ids = await mayHave(tx, streamId, incoming.ids);
  for (let at = 0; at < ids.length; at += storedAtOnce) {
    const stored = await findPosts(tx, streamId, ids.slice(at, at + storedAtOnce));
    for (const id of stored.keys()) known.add(id);
    const changed = await compare(incoming, stored, provenance);
    await writeChanged(tx, streamId, changed, changes);
    updated += changed.length;
  }
  const inserted = incoming.ids.length - known.size;
  if (inserted === 0 && updated === 0) return { inserted, updated };

  if (inserted > 0) await insertPosts(tx, streamId, newRows(), batch.collectedAt);
  await provenance.save(tx, { ...source, ...batch });
  await changes.save(tx, streamId);
  await noteProvider(tx, source, batch.collectedAt);
  return { inserted, updated };

  function* newRows(): Generator<PostRow> {
    for (const id of incoming.ids) {
      if (known.has(id)) continue;
      const { row, post } = incoming.read(id);
      changes.add(row);
      provenance.add(id, post);
      yield row;
    }
  }
}

type Change = { readonly stored: PostRow; readonly merged: Merged };

/** Stored posts in memory together, as they are and as they are to be. */
const storedAtOnce = 2_500;
/** Posts compared between two chances for others to run. */
const comparedInARow = 100;

/** Of which stored posts the batch says something new. */
async function compare<Post extends Identified>(
  incoming: Incoming<Post>,
  stored: ReadonlyMap<string, PostRow>,
  provenance: Provenance,
): Promise<readonly Change[]> {
  const changed: Change[] = [];
  let compared = 0;
  for (const [id, before] of stored) {
    const { row, post } = incoming.read(id);
    const merged = mergePost(before, row);
    if (merged !== null) {
      changed.push({ stored: before, merged });
      provenance.add(id, post);
    }
    if (++compared % comparedInARow === 0) await setImmediate();
  }
  return changed;
}

async function writeChanged(
  tx: TransactionSql,
  streamId: number,
  changed: readonly Change[],
  changes: StreamChanges,
): Promise<void> {
  if (changed.length === 0) return;
  const past = await findPast(
    tx,
    streamId,
    changed.map(({ stored }) => stored.postId),
  );
  for (const { stored, merged } of changed) changes.replace(stored, merged, past.get(stored.postId) ?? []);
  await updatePosts(
    tx,
    streamId,
    changed.map(({ stored, merged }) => ({ stored, row: merged.row })),
  );
  await insertHistory(tx, streamId, changed);
}

async function noteProvider(tx: TransactionSql, source: Source, collectedAt: number): Promise<void> {
  await tx`
    insert into stream_providers as p (stream_id, provider, collected_at)
    values (${source.streamId}, ${source.provider}, ${iso(collectedAt)})
    on conflict (stream_id, provider) do update set collected_at = greatest(p.collected_at, excluded.collected_at)`;
}

const iso = (instant: number) => new Date(instant).toISOString();
