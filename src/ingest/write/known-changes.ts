import type { PostChange } from './posts.ts';
import type { PostRow } from './row.ts';

/** What the registry of posts keeps of a stream's row. */
export type KnownRow = Pick<PostRow, 'postId' | 'own' | 'parentId'>;

/**
 * What a transaction changes of a stream's posts that other streams may have, too: gathered post by post, and settled at
 * its end by `settlePosts`.
 */
export class KnownChanges {
  readonly #added: KnownRow[] = [];
  readonly #removed = new Set<string>();
  readonly #unsettled = new Set<string>();

  /** A post that the stream did not have, and that was not removed before. `stands`: whether its row was written as one that stands. */
  add({ postId, own, parentId }: PostRow, stands: boolean): void {
    this.#added.push({ postId, own, parentId });
    if (!stands) this.#unsettled.add(postId);
  }

  /** A post that the stream has otherwise than before. */
  change({ stored, row }: PostChange): void {
    const isSettled = stored.own === row.own && stored.parentId === row.parentId;
    if (!isSettled) this.#unsettled.add(row.postId);
  }

  /** A post that the stream has no longer. */
  remove(postId: string): void {
    this.#removed.add(postId);
    this.#unsettled.add(postId);
  }

  /** The same so far, for whoever goes on gathering. */
  copy(): KnownChanges {
    const copy = new KnownChanges();
    for (const row of this.#added) copy.#added.push(row);
    for (const id of this.#removed) copy.#removed.add(id);
    for (const id of this.#unsettled) copy.#unsettled.add(id);
    return copy;
  }

  /** The posts that were added and are still there. */
  get added(): readonly KnownRow[] {
    return this.#removed.size === 0
      ? this.#added
      : this.#added.filter(({ postId }) => !this.#removed.has(postId));
  }

  /** The keys of all others, and of those that were added as doubles. */
  get unsettled(): readonly string[] {
    return [...this.#unsettled];
  }

  get isEmpty(): boolean {
    return this.#added.length === 0 && this.#unsettled.size === 0;
  }
}
