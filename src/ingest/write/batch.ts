import type { Batch } from './incoming.ts';
import type { Source } from './source.ts';
import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import type { ChannelEvent } from '../../shared/channel-event.ts';
import type { AccountProfile, Identified, Versions } from '../../shared/post.ts';
import type { Provenance } from './provenance.ts';
import { type Arrivals, noArrivals, type StreamChanges } from './changes.ts';
import { settleEdits } from './edits.ts';
import { settleChat } from './settle-chat.ts';
import { findDoubles } from './expected-doubles.ts';
import { fewPosts } from './few-posts.ts';
import { insertHistory } from './history.ts';
import { Incoming, type Sighted } from './incoming.ts';
import type { KnownChanges } from './known-changes.ts';
import { type Observation, sameRow, sayTheSame } from './merge.ts';
import { NewPosts } from './new-posts.ts';
import { updatePosts, updateSeen } from './posts.ts';
import { removePosts, removeStored } from './remove.ts';
import type { PostRow } from './row.ts';
import { saveBatch } from './save-batch.ts';
import { findLastPost, findPast, findPosts } from './stored.ts';

/** How many posts a batch changed. */
export type BatchOutcome = {
  readonly inserted: number;
  readonly updated: number;
  /** How many posts of the stream were deleted by what the batch says, or gave way to a later version. */
  readonly removed: number;
};

/** What a stream has, as a batch has to know it. */
type Looked = {
  /** Keys of posts that are not written: a later version took their place. */
  readonly outdated: ReadonlySet<string>;
  /** The last key that the stream has. */
  readonly last: string | null;
};

/** What a batch wrote, for whoever raises the stream's version. */
type Wrote = BatchOutcome & {
  /** Null when no post changed. */
  readonly arrivals: Arrivals | null;
  /** Whether an answer can show a difference. */
  readonly isVisible: boolean;
  /** What is to be settled with other streams. */
  readonly known: KnownChanges;
};

/**
 * Writes the posts of a batch, with their payloads, authors, metric history and rollups. Rollups are added to once, at
 * the end: the larger the batch, the less a post costs, and the longer others wait for the stream.
 */
export class BatchWriter<Post extends Identified> {
  readonly source: Source;
  readonly account: AccountProfile | null;
  readonly #deleted: readonly string[];
  readonly #edits: readonly Versions[];
  readonly #events: readonly ChannelEvent[];
  readonly #retainDeleted: boolean;
  readonly #collectedAt: number;
  readonly #incoming: Incoming<Post>;
  #ahead: NewPosts<Post> | null = null;
  #doubles: ReadonlySet<string> = new Set();

  constructor(source: Source, batch: Batch<Post>) {
    this.source = source;
    this.account = batch.account;
    this.#deleted = batch.deleted ?? [];
    this.#edits = batch.edits ?? [];
    this.#events = batch.events ?? [];
    this.#retainDeleted = batch.retainDeleted ?? false;
    this.#collectedAt = batch.collectedAt;
    this.#incoming = new Incoming(source, batch);
  }

  /**
   * Looks which of the posts another stream's rows stand for, so that they are written as doubles at once: to make a
   * written row one costs more than the row. What changes meanwhile is settled at the end of the transaction. Of a few
   * posts `look` finds it out.
   */
  async expectDoubles(sql: Sql): Promise<void> {
    if (!this.#areFew) await this.#findDoubles(sql);
  }

  async #findDoubles(sql: Sql | TransactionSql): Promise<void> {
    // A message belongs to one channel.
    if (this.source.platform !== 'X') return;
    this.#doubles = await findDoubles(sql, this.source.streamId, this.#incoming.ids);
  }

  get #areFew(): boolean {
    return this.#incoming.ids.length <= fewPosts;
  }

  /**
   * Makes rows before it is their turn, for a stream that is expected to have none of these posts. A few are made soon
   * enough.
   */
  makeAhead(): void {
    if (this.#areFew) return;
    this.#ahead = this.#newPosts(new Set());
    void this.#ahead.makeAhead();
  }

  /** Looks what the stream has. Call it when the stream's lock was asked for: there is no need to wait for the answer. */
  async look(tx: TransactionSql): Promise<Looked> {
    const [outdated, last] = await Promise.all([
      settleEdits(tx, this.source, this.#incoming.ids, this.#edits),
      findLastPost(tx, this.source.streamId),
      this.#areFew ? this.#findDoubles(tx) : null,
    ]);
    return { outdated, last };
  }

  /**
   * The caller holds the stream's lock, has saved the profile, touches the stream when it `isVisible`, and settles what
   * is `known` at the end of the transaction.
   */
  async write(tx: TransactionSql, looked: Looked, onMade?: (allNew: boolean) => void): Promise<Wrote> {
    const chat = await settleChat(tx, this.source, this.#incoming, this.#events, this.#retainDeleted);
    if (chat.changed) this.#dropAhead();
    const wrote = await this.#write(tx, looked, onMade);
    const gone = [...looked.outdated, ...chat.deleted];
    const removed =
      (await removePosts(tx, this.source, this.#deleted, wrote.known)) +
      (await removeStored(tx, this.source.streamId, gone, wrote.known));
    if (removed === 0) return chat.isNews ? { ...wrote, isVisible: true } : wrote;
    return { ...wrote, removed, arrivals: wrote.arrivals ?? noArrivals, isVisible: true };
  }

  async #write(
    tx: TransactionSql,
    { outdated, last }: Looked,
    onMade?: (allNew: boolean) => void,
  ): Promise<Wrote> {
    const { streamId } = this.source;
    const known = new Set(this.#incoming.ids.filter((id) => outdated.has(id)));
    // Keys sort as posts were made: most of an import is beyond the last one.
    const ids = last === null ? [] : this.#incoming.ids.filter((id) => id <= last && !known.has(id));
    const newPosts = this.#takeAhead(ids.length === 0 && known.size === 0) ?? this.#newPosts(known);
    let updated = 0;
    for (let at = 0; at < ids.length; at += storedAtOnce) {
      const stored = await findPosts(tx, streamId, ids.slice(at, at + storedAtOnce));
      for (const id of stored.keys()) known.add(id);
      const changed = await compare(this.#incoming, stored);
      updated += await writeChanged(tx, streamId, changed, newPosts);
    }
    const inserted = this.#incoming.ids.length - known.size;
    const told = { inserted, updated, removed: 0, known: newPosts.known };
    if (inserted === 0 && updated === 0) {
      const isVisible = await newPosts.provenance.updateAuthors(tx, this.source);
      return { ...told, arrivals: null, isVisible };
    }
    newPosts.made.then(() => {
      this.#incoming.release();
      void newPosts.changes.prepare(streamId);
      onMade?.(ids.length === 0);
    });
    const origin = { ...this.source, account: this.account, collectedAt: this.#collectedAt };
    const arrivals = await saveBatch(tx, newPosts, origin, inserted);
    return { ...told, arrivals, isVisible: true };
  }

  #newPosts(known: ReadonlySet<string>): NewPosts<Post> {
    const [doubles, collectedAt] = [this.#doubles, this.#collectedAt];
    return new NewPosts(this.source.streamId, this.#incoming, { known, doubles, collectedAt });
  }

  /** What was made ahead, unless some of it may be stored by now. */
  #takeAhead(allNew: boolean): NewPosts<Post> | null {
    if (!allNew) this.#dropAhead();
    return this.#ahead;
  }

  #dropAhead(): void {
    this.#ahead?.drop();
    this.#ahead = null;
  }
}

type Change = Sighted & { readonly stored: PostRow };

/** Stored posts in memory together, as they are and as they are to be. */
const storedAtOnce = 2_500;
/** Posts compared between two chances for others to run. */
const comparedInARow = 100;

/** Returns the stored posts of which the batch says something that the store does not have. */
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
 * Writes what changed, and returns how many posts did. An older observation may be in the history already, and that a
 * post was seen again as it stands is no change that anybody can see: it only tells which of two sightings is the later.
 */
async function writeChanged(
  tx: TransactionSql,
  streamId: number,
  compared: readonly Change[],
  {
    changes,
    known,
    provenance,
  }: { readonly changes: StreamChanges; readonly known: KnownChanges; readonly provenance: Provenance },
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

/** Whether the store has all of it: an older export that comes again, after a newer one. */
function isKnown({ stored, merged }: Change, past: readonly Observation[]): boolean {
  const known = new Set(past.map((seen) => seen.observedAt));
  return merged.past.every((seen) => known.has(seen.observedAt)) && sayTheSame(merged.row, stored);
}
