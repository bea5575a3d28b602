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
  readonly #sightings = new Map<string, Post[]>();

  constructor(source: Source, { posts, read }: Pick<Batch<Post>, 'posts' | 'read'>) {
    this.#source = source;
    this.#read = read;
    for (const post of posts) {
      const id = postKey(source.platform, post.platformId);
      const seen = this.#sightings.get(id);
      if (seen === undefined) this.#sightings.set(id, [post]);
      else seen.push(post);
    }
    this.ids = [...this.#sightings.keys()];
  }

  /** Forgets the posts: none will be read any more. */
  letGo(): void {
    this.#sightings.clear();
  }

  /** The row of a post, with all that its sightings say, and the last of them. */
  read(id: string): { readonly row: PostRow; readonly post: EnrichedPost } {
    const { platform, provider } = this.#source;
    const posts = must(this.#sightings.get(id), 'the batch has it').map(this.#read);
    const rows = posts.map((post) => toRow(platform, provider, post));
    const row = rows.reduce((seen, next) => mergePost(seen, next)?.row ?? seen);
    return { row, post: must(posts.at(-1), 'it was seen at least once') };
  }
}
