import { must } from '../../shared/errors.ts';
import { postKey } from '../../shared/post-key.ts';
import type { EnrichedPost, Identified } from '../../shared/post.ts';
import type { Batch, Source } from './batch.ts';
import { mergePost } from './merge.ts';
import { type PostRow, toRow } from './row.ts';

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

  /** The row of a post, with all that its sightings say, and the last of them. */
  read(id: string): { readonly row: PostRow; readonly post: EnrichedPost } {
    const first = must(this.#first.get(id), 'the batch has it');
    let post = this.#read(first);
    let row = this.#toRow(post);
    for (const again of this.#more.get(id) ?? []) {
      post = this.#read(again);
      row = mergePost(row, this.#toRow(post))?.row ?? row;
    }
    return { row, post };
  }

  #toRow(post: EnrichedPost): PostRow {
    return toRow(this.#source.platform, this.#source.provider, post);
  }
}
