import { must } from '../../shared/errors.ts';
import { postKey } from '../../shared/post-key.ts';
import type { EnrichedPost, Identified } from '../../shared/post.ts';
import type { Batch, Source } from './batch.ts';
import { type Merged, mergePost, type Observation } from './merge.ts';
import { type PostRow, toRow } from './row.ts';

/** What sightings made of a post. */
export type Sighted = { readonly merged: Merged; readonly posts: readonly EnrichedPost[] };

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
   * The row of a post with all that its sightings say, on top of the stored one where there is one, and the sightings
   * that said something new; null where none did. As if each had come in a batch of its own.
   */
  read(id: string, stored: PostRow | null): Sighted | null {
    const first = must(this.#first.get(id), 'the batch has it');
    let row = stored;
    const past: Observation[] = [];
    const posts: EnrichedPost[] = [];
    for (const sighting of [first, ...(this.#more.get(id) ?? [])]) {
      const post = this.#read(sighting);
      const seen = this.#toRow(post);
      const merged = row === null ? { row: seen, past: [] } : mergePost(row, seen);
      if (merged === null) continue;
      row = merged.row;
      past.push(
        ...merged.past.filter((one) => !past.some(({ observedAt }) => observedAt === one.observedAt)),
      );
      posts.push(post);
    }
    return row === null || posts.length === 0 ? null : { merged: { row, past }, posts };
  }

  #toRow(post: EnrichedPost): PostRow {
    return toRow(this.#source.platform, this.#source.provider, post);
  }
}
