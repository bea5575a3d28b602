import type { Sql, TransactionSql } from 'postgres';
import type { Identified } from '../../shared/post.ts';
import { noAdditions, type StreamAdditions } from './changes.ts';
import { commit } from './commit.ts';
import { settleEdits } from './edits.ts';
import { findDoubles } from './expected-doubles.ts';
import { fewPosts } from './few-posts.ts';
import { type Batch, Incoming } from './incoming.ts';
import type { KnownChanges } from './known-changes.ts';
import { Gathered, type Prepared, prepare } from './prepare.ts';
import { removePosts, removeStored } from './remove.ts';
import { settleChat } from './settle-chat.ts';
import type { Source } from './source.ts';
import { findLastPost } from './stored.ts';
import { updateStored } from './update-stored.ts';

/** A batch on its way to the store. */
export type Delivery<Post extends Identified> = {
  readonly source: Source;
  readonly batch: Batch<Post>;
  readonly incoming: Incoming<Post>;
  /** Keys of posts for which another stream's row stands; null: looked up when the batch is written. */
  readonly doubles: ReadonlySet<string> | null;
};

export const deliver = <Post extends Identified>(source: Source, batch: Batch<Post>): Delivery<Post> => ({
  source,
  batch,
  incoming: Incoming.of(source, batch),
  doubles: null,
});

/**
 * Finds the posts for which another stream's row stands, so that they are inserted as doubles: changing a row after its
 * insertion costs more than the insertion. Changes that happen in between are settled at the end of the transaction.
 * For a few posts `readStored` does this.
 */
export async function expectDoubles<Post extends Identified>(
  sql: Sql,
  delivery: Delivery<Post>,
): Promise<Delivery<Post>> {
  const { source, incoming } = delivery;
  if (incoming.ids.length <= fewPosts) return delivery;
  return { ...delivery, doubles: await findDoublesOf(sql, source, incoming.ids) };
}

const findDoublesOf = async (
  sql: Sql | TransactionSql,
  { platform, streamId }: Source,
  ids: readonly string[],
): Promise<ReadonlySet<string>> =>
  // A message belongs to one channel.
  platform === 'X' ? findDoubles(sql, streamId, ids) : new Set();

/** The work done on a batch before its turn, assuming that the stream has none of its posts. */
export type Ahead = {
  /** Rejects with the error of reading a post, or when the work is dropped. */
  readonly prepared: Promise<Prepared>;
  /** Stops the work when its result is not needed. */
  readonly drop: () => void;
};

/** Prepares a batch ahead; null for a few posts, which are prepared quickly enough. */
export function prepareAhead<Post extends Identified>(delivery: Delivery<Post>): Ahead | null {
  const { source, batch, incoming, doubles } = delivery;
  if (doubles === null) return null;
  const { streamId } = source;
  const { collectedAt } = batch;
  const dropping = new AbortController();
  const prepared = prepare(incoming, { streamId, collectedAt, doubles, signal: dropping.signal });
  // The writer of the batch handles the error; until then it must not count as unhandled.
  prepared.catch(() => {});
  return { prepared, drop: () => dropping.abort() };
}

/** How many posts a batch changed. */
export type BatchOutcome = {
  readonly inserted: number;
  readonly updated: number;
  /** Posts of the stream that the batch deletes, or that a later version replaces. */
  readonly removed: number;
};

/** What the stream already has, as far as the batch needs it. */
type StoredState = {
  /** Keys of posts that are not written, since a later version replaces them. */
  readonly outdated: ReadonlySet<string>;
  /** The last key that the stream has. */
  readonly last: string | null;
  /** Keys of posts for which another stream's row stands. */
  readonly doubles: ReadonlySet<string>;
};

/**
 * Looks up what the stream has. Call it right after requesting the stream's lock; there is no need to wait for the
 * lock's answer.
 */
export async function readStored<Post extends Identified>(
  tx: TransactionSql,
  delivery: Delivery<Post>,
): Promise<StoredState> {
  const { source, batch, incoming } = delivery;
  const [outdated, last, doubles] = await Promise.all([
    settleEdits(tx, source, incoming.ids, batch.edits ?? []),
    findLastPost(tx, source.streamId),
    delivery.doubles ?? findDoublesOf(tx, source, incoming.ids),
  ]);
  return { outdated, last, doubles };
}

type WriteOptions = {
  readonly stored: StoredState;
  /** Result of `prepareAhead`; null: none. It is dropped when the stream has some of the posts. */
  readonly ahead?: Ahead | null;
  /** Called when everything is prepared and not yet stored. `allNew`: all posts come after the stored ones. */
  readonly onPrepared?: ((allNew: boolean) => void) | undefined;
};

/** What a batch wrote, for the caller who raises the stream's version. */
type WrittenBatch = BatchOutcome & {
  /** To be added to the stream's own row. Null when no post changed. */
  readonly additions: StreamAdditions | null;
  /** Whether any answer changes. */
  readonly isVisible: boolean;
  /** To be settled with other streams. */
  readonly known: KnownChanges;
};

/**
 * Writes the posts of a batch with their payloads, authors, metric history and rollups. Rollups are updated once, at
 * the end: a larger batch costs less per post, and blocks the stream longer. The caller holds the stream's lock and has
 * saved the profile. It touches the stream with `additions` when `isVisible`, and settles `known` at the end of the
 * transaction.
 */
export async function write<Post extends Identified>(
  tx: TransactionSql,
  delivery: Delivery<Post>,
  options: WriteOptions,
): Promise<WrittenBatch> {
  const { source, batch } = delivery;
  const { incoming, deleted, isNews } = await settleChat(tx, source, delivery.incoming, batch);
  const written = await writePosts(
    tx,
    { ...delivery, incoming },
    incoming === delivery.incoming ? options : { ...options, ahead: dropped(options.ahead) },
  );
  const known = written.known.copy();
  const gone = [...options.stored.outdated, ...deleted];
  const removed =
    (await removePosts(tx, source, batch.deleted ?? [], known)) +
    (await removeStored(tx, source.streamId, gone, known));
  if (removed === 0) return isNews ? { ...written, isVisible: true } : written;
  return { ...written, known, removed, additions: written.additions ?? noAdditions, isVisible: true };
}

async function writePosts<Post extends Identified>(
  tx: TransactionSql,
  { source, batch, incoming }: Delivery<Post>,
  { stored: { outdated, last, doubles }, ahead = null, onPrepared }: WriteOptions,
): Promise<WrittenBatch> {
  const { streamId } = source;
  const { account, collectedAt } = batch;
  const isOutdated = (id: string) => outdated.has(id);
  // Keys sort by time of posting: most posts of an import come after the last one.
  const ids = last === null ? [] : incoming.ids.filter((id) => id <= last && !isOutdated(id));
  const gathered = new Gathered();
  const { stored: found, updated } = await updateStored(tx, streamId, { incoming, ids, gathered });
  const known = new Set([...incoming.ids.filter(isOutdated), ...found]);
  const inserted = incoming.ids.length - known.size;
  const outcome = { inserted, updated, removed: 0 };
  if (inserted === 0 && updated === 0) {
    const isVisible = await gathered.provenance.updateAuthors(tx, source);
    return { ...outcome, known: gathered.known, additions: null, isVisible };
  }
  const allNew = ids.length === 0;
  const made = known.size === 0 ? ahead : dropped(ahead);
  const prepared = await (made?.prepared ??
    prepare(incoming, { streamId, collectedAt, stored: known, doubles, gathered }));
  incoming.release();
  onPrepared?.(allNew);
  const additions = await commit(tx, { ...source, account, collectedAt }, prepared);
  return { ...outcome, known: prepared.known, additions, isVisible: true };
}

function dropped(ahead: Ahead | null = null): null {
  ahead?.drop();
  return null;
}
