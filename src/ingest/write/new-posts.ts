import { setImmediate } from 'node:timers/promises';
import type { TransactionSql } from 'postgres';
import { must } from '../../shared/errors.ts';
import type { Identified } from '../../shared/post.ts';
import { StreamChanges } from './changes.ts';
import { copyTerms, type Tagged, taggedOf } from './copy-terms.ts';
import { insertHistory } from './history.ts';
import type { Incoming } from './incoming.ts';
import { KnownChanges } from './known-changes.ts';
import type { Merged } from './merge.ts';
import { fewPieces, fewPosts, insertFewPosts } from './few-posts.ts';
import { insertPosts, type NewRow, postPieces } from './posts.ts';
import { Provenance } from './provenance.ts';

/** Rows that wait for the store, at most: some ten thousand, which it takes about as long as to sum up a batch. */
const aheadBytesMax = 12 * 1024 * 1024;
/** Of a few rows, so much is made between two chances for others to run: some ordinary posts, or one long one. */
const bytesInARow = 16 * 1024;

type NewPostsOptions = {
  readonly known: ReadonlySet<string>;
  readonly doubles: ReadonlySet<string>;
  readonly collectedAt: number;
};

/**
 * The posts of a batch that its stream does not have, as rows of a COPY, or of one parameter when they are few. They are
 * made ahead of the store, which may still be busy with the batch before: a post is parsed, enriched, counted and let go
 * of, and its row is bytes.
 */
export class NewPosts<Post extends Identified> {
  /** What the rows that were made change besides. */
  readonly changes = new StreamChanges();
  readonly provenance = new Provenance();
  /** The posts, and what is told of them beside: to be settled with other streams. */
  readonly known = new KnownChanges();
  /** Whether they are so few that they go as one parameter. */
  readonly areFew: boolean;
  readonly #streamId: number;
  readonly #collectedAt: number;
  readonly #doubles: ReadonlySet<string>;
  /** Those with hashtags. */
  readonly #tagged: Tagged[] = [];
  /** Those that the batch has with other figures, too. */
  readonly #seenBefore: Merged[] = [];
  readonly #pieces: Generator<Buffer, void>;
  readonly #ahead: Buffer[] = [];
  #aheadBytes = 0;
  #making = false;
  #dropped = false;
  #failed: { readonly error: unknown } | null = null;
  #whenMade = () => {};
  /** Resolves when the last row was made; never where one could not be. */
  readonly made = new Promise<void>((resolve) => {
    this.#whenMade = resolve;
  });

  /**
   * `known`: ids of those that the stream has; it may be added to until the first row is made. `doubles`: ids of those
   * for which another stream's row is expected to stand.
   */
  constructor(streamId: number, incoming: Incoming<Post>, { known, doubles, collectedAt }: NewPostsOptions) {
    this.#streamId = streamId;
    this.#doubles = doubles;
    this.#collectedAt = collectedAt;
    this.areFew = incoming.ids.length <= fewPosts;
    const rows = this.#rows(incoming, known);
    this.#pieces = this.areFew ? fewPieces(rows) : postPieces(streamId, rows, collectedAt);
  }

  /** Makes rows until enough of them wait. One that cannot be made is told of when it is its turn. */
  async makeAhead(): Promise<void> {
    if (this.#making) return;
    this.#making = true;
    for (let piece = this.#next(); piece !== null; piece = this.#next()) {
      this.#ahead.push(piece);
      this.#aheadBytes += piece.length;
      await setImmediate();
      if (this.#dropped || this.#aheadBytes > aheadBytesMax) break;
    }
    this.#making = false;
  }

  /** No more rows are made: nobody will ask for them. */
  drop(): void {
    this.#dropped = true;
  }

  /** Makes all rows, when there are few, so that `insert` sends them at once. One that cannot be made fails here. */
  async makeFew(): Promise<void> {
    const made: Buffer[] = [];
    let bytes = 0;
    for (const piece of this.#taken()) {
      made.push(piece);
      bytes += piece.length;
      if (bytes < bytesInARow) continue;
      await setImmediate();
      bytes = 0;
    }
    this.#ahead.push(...made);
  }

  /** Adds the posts to the stream. */
  async insert(tx: TransactionSql): Promise<void> {
    try {
      if (this.areFew) {
        await insertFewPosts(tx, this.#streamId, this.#collectedAt, [...this.#taken()]);
      } else {
        await insertPosts(tx, this.#taken());
        await copyTerms(tx, this.#streamId, this.#tagged);
      }
      await insertHistory(tx, this.#streamId, this.#seenBefore);
    } finally {
      this.drop();
    }
  }

  /** What waits, while more is made; what is asked for faster is made at once. */
  *#taken(): Generator<Buffer> {
    for (;;) {
      void this.makeAhead();
      const waiting = this.#ahead.shift();
      this.#aheadBytes -= waiting?.length ?? 0;
      const piece = waiting ?? this.#next();
      if (piece === null) break;
      yield piece;
    }
    if (this.#failed !== null) throw this.#failed.error;
  }

  #next(): Buffer | null {
    if (this.#failed !== null) return null;
    try {
      const piece = this.#pieces.next();
      if (piece.done) this.#whenMade();
      return piece.value ?? null;
    } catch (error) {
      this.#failed = { error };
      return null;
    }
  }

  *#rows(incoming: Incoming<Post>, known: ReadonlySet<string>): Generator<NewRow> {
    for (const id of incoming.ids) {
      if (known.has(id)) continue;
      const { merged, posts } = must(incoming.read(id, null), 'the first sighting of a post is new');
      const { row } = merged;
      this.changes.add(merged);
      const stands = !(row.own && this.#doubles.has(id));
      this.known.add(row, stands);
      if (merged.past.length > 0) this.#seenBefore.push(merged);
      for (const post of posts) this.provenance.add(id, post);
      if (!this.areFew && row.hashtags.length > 0) this.#tagged.push(taggedOf(row, stands));
      yield { row, stands };
    }
  }
}
