import type { PostChange } from './posts.ts';
import type { PostRow } from './row.ts';

/** The fields of a stream's row that the registry of posts keeps. */
export type KnownRow = Pick<PostRow, 'postId' | 'own' | 'parentId'>;

/**
 * A transaction's changes to posts that other streams may also have: gathered post by post, and settled at its end by
 * `settlePosts`.
 */
export class KnownChanges {
  readonly #added: KnownRow[] = [];
  readonly #removed = new Set<string>();
  readonly #unsettled = new Set<string>();

  /**
   * Adds a new post that was not removed before in this transaction. `stands`: whether its row was inserted as
   * standing.
   */
  add({ postId, own, parentId }: PostRow, stands: boolean): void {
    this.#added.push({ postId, own, parentId });
    if (!stands) this.#unsettled.add(postId);
  }

  /** Adds a post whose row changes. */
  change({ stored, row }: PostChange): void {
    const isSettled = stored.own === row.own && stored.parentId === row.parentId;
    if (!isSettled) this.#unsettled.add(row.postId);
  }

  /** Adds a post whose row is deleted. */
  remove(postId: string): void {
    this.#removed.add(postId);
    this.#unsettled.add(postId);
  }

  /** A copy, for a caller who continues to gather. */
  copy(): KnownChanges {
    const copy = new KnownChanges();
    for (const row of this.#added) copy.#added.push(row);
    for (const id of this.#removed) copy.#removed.add(id);
    for (const id of this.#unsettled) copy.#unsettled.add(id);
    return copy;
  }

  /** The posts that were added and still exist. */
  get added(): readonly KnownRow[] {
    return this.#removed.size === 0
      ? this.#added
      : this.#added.filter(({ postId }) => !this.#removed.has(postId));
  }

  /** The keys of all other changes, and of posts that were added as doubles. */
  get unsettled(): readonly string[] {
    return [...this.#unsettled];
  }

  get isEmpty(): boolean {
    return this.#added.length === 0 && this.#unsettled.size === 0;
  }
}
