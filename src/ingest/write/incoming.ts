import { must } from '../../shared/errors.ts';
import { noItems } from '../../shared/lists.ts';
import { postKey } from '../../shared/post-key.ts';
import type { EnrichedPost, Identified } from '../../shared/post.ts';
import type { Batch, Source } from './batch.ts';
import { type Merged, mergePost, type Observation } from './merge.ts';
import { type PostRow, toRow } from './row.ts';

/** What sightings made of a post. */
export type Sighted = {
  readonly merged: Merged;
  /** Those that said something new. */
  readonly posts: readonly EnrichedPost[];
  /** Those that said only that it still stands. */
  readonly again: readonly EnrichedPost[];
};

/** A batch's posts by their keys in the store, each read when it is its turn. */
export class Incoming<Post extends Identified> {
  /** The keys, in the order of the batch. */
  readonly ids: readonly string[];
  readonly #source: Source;
  readonly #read: (post: Post) => EnrichedPost;
  readonly #first = new Map<string, Post>();
  /** Of the few that the batch has more than once, the others. */
  readonly #more = new Map<string, Post[]>();

  constructor(source: Source, { posts, read }: Pick<Batch<Post>, 'posts' | 'read'>) {
    this.#source = source;
    this.#read = read;
    for (const post of posts) {
      const id = postKey(source.platform, post.platformId);
      const more = this.#more.get(id);
      if (more !== undefined) more.push(post);
      else if (this.#first.has(id)) this.#more.set(id, [post]);
      else this.#first.set(id, post);
    }
    this.ids = [...this.#first.keys()];
  }

  /** Forgets the posts: none will be read any more. */
  letGo(): void {
    this.#first.clear();
    this.#more.clear();
  }

  /**
   * The row of a post with all that its sightings say, on top of the stored one when there is one, as if each had come
   * in a batch of its own; null when the store has all of it.
   */
  read(id: string, stored: PostRow | null): Sighted | null {
    const first = must(this.#first.get(id), 'the batch has it');
    const more = this.#more.get(id);
    // As most are, in an import: new, and there once.
    if (stored === null && more === undefined) {
      const post = this.#read(first);
      return {
        merged: { row: this.#toRow(id, post), past: noItems, isNews: true },
        posts: [post],
        again: noItems,
      };
    }
    let row = stored;
    const past: Observation[] = [];
    const posts: EnrichedPost[] = [];
    const again: EnrichedPost[] = [];
    for (const sighting of [first, ...(more ?? [])]) {
      const post = this.#read(sighting);
      const seen = this.#toRow(id, post);
      const merged = row === null ? { row: seen, past: [], isNews: true } : mergePost(row, seen);
      if (merged === null) continue;
      row = merged.row;
      past.push(
        ...merged.past.filter((one) => !past.some(({ observedAt }) => observedAt === one.observedAt)),
      );
      (merged.isNews ? posts : again).push(post);
    }
    if (row === null || posts.length + again.length === 0) return null;
    return { merged: { row, past, isNews: posts.length > 0 }, posts, again };
  }

  #toRow(id: string, post: EnrichedPost): PostRow {
    return toRow(this.#source.platform, this.#source.provider, post, id);
  }
}
