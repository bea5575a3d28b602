import { setImmediate } from 'node:timers/promises';
import type { TransactionSql } from 'postgres';
import type { Identified } from '../../shared/post.ts';
import { StreamChanges } from './changes.ts';
import { piecesOf } from './copy.ts';
import type { Incoming } from './incoming.ts';
import { insertPosts, type PostValues, postValues, type TermValues, termValues } from './posts.ts';
import { Provenance } from './provenance.ts';

/** Rows are made ahead up to this: what the store takes to sum up a batch is enough for some ten thousand. */
const aheadBytesMax = 16 * 1024 * 1024;

/**
 * The posts of a batch that its stream does not have. A row is made when the store asks for it, or before, while the
 * store is busy with the batch before: a post is parsed, enriched, counted and let go of, and its row is text.
 */
export class NewPosts<Post extends Identified> {
  /** What the rows that were made change besides. */
  readonly changes = new StreamChanges();
  readonly provenance = new Provenance();
  readonly #streamId: number;
  readonly #terms: TermValues[] = [];
  readonly #made: Generator<Buffer>;
  readonly #ahead: Buffer[] = [];
  #aheadFailed: { readonly error: unknown } | null = null;
  #asked = false;

  /** `known`: ids of those that the stream has; it may be added to until the first row is made. */
  constructor(streamId: number, incoming: Incoming<Post>, known: ReadonlySet<string>, collectedAt: number) {
    this.#streamId = streamId;
    this.#made = piecesOf(this.#rows(incoming, known, new Date(collectedAt).toISOString()));
  }

  /** Makes rows until they are asked for, there are no more, or enough. A failure waits until it is their turn. */
  async makeAhead(): Promise<void> {
    try {
      for (let bytes = 0; !this.#asked && bytes < aheadBytesMax; await setImmediate()) {
        const piece = this.#made.next();
        if (piece.done) return;
        this.#ahead.push(piece.value);
        bytes += piece.value.length;
      }
    } catch (error) {
      this.#aheadFailed = { error };
    }
  }

  /** Nothing is made ahead any more. */
  stop(): void {
    this.#asked = true;
  }

  /** Adds the posts to the stream. */
  async insert(tx: TransactionSql): Promise<void> {
    this.stop();
    await insertPosts(tx, this.#pieces(), this.#terms);
  }

  *#pieces(): Generator<Buffer> {
    for (let piece = this.#ahead.shift(); piece !== undefined; piece = this.#ahead.shift()) yield piece;
    if (this.#aheadFailed !== null) throw this.#aheadFailed.error;
    yield* this.#made;
  }

  *#rows(incoming: Incoming<Post>, known: ReadonlySet<string>, collected: string): Generator<PostValues> {
    for (const id of incoming.ids) {
      if (known.has(id)) continue;
      const { row, post } = incoming.read(id);
      this.changes.add(row);
      this.provenance.add(id, post);
      this.#terms.push(...termValues(this.#streamId, row));
      yield postValues(this.#streamId, row, collected);
    }
  }
}
