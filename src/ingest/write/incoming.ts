import type { AuthorRef } from '../../shared/author-ref.ts';
import type { ChannelEvent } from '../../shared/channel-event.ts';
import { must } from '../../shared/errors.ts';
import { noItems } from '../../shared/lists.ts';
import type { AccountProfile, EnrichedPost, Identified, Versions } from '../../shared/post.ts';
import { messageOf, postKey } from '../../shared/post-key.ts';
import { type Merged, mergePost, type Observation } from './merge.ts';
import { type PostRow, toRow } from './row.ts';
import type { Source } from './source.ts';

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
  #ids: readonly string[];
  readonly #source: Source;
  readonly #read: (post: Post) => EnrichedPost;
  readonly #first = new Map<string, Post>();
  /** Of the few that the batch has more than once, the others. */
  readonly #more = new Map<string, Post[]>();

  constructor(source: Source, { posts, read }: Pick<Batch<Post>, 'posts' | 'read'>) {
    this.#source = source;
    this.#read = read;
    const firstKeys = new Map<string, string>();
    for (const post of posts) {
      const id = this.#keyOf(post, firstKeys);
      const more = this.#more.get(id);
      if (more !== undefined) more.push(post);
      else if (this.#first.has(id)) this.#more.set(id, [post]);
      else this.#first.set(id, post);
    }
    this.#ids = [...this.#first.keys()];
  }

  /** The keys, in the order of the batch. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** A message that comes twice, with instants some milliseconds apart, has the first one's key. */
  #keyOf(post: Post, firstKeys: Map<string, string>): string {
    const key = postKey(this.#source.platform, post);
    if (this.#source.platform === 'X') return key;
    const message = messageOf(key);
    const first = firstKeys.get(message);
    if (first === undefined) firstKeys.set(message, key);
    return first ?? key;
  }

  /** Gives posts the keys under which the store has them: by the key that they have here. */
  rekey(stored: ReadonlyMap<string, string>): void {
    if (stored.size === 0) return;
    const renamed = <Value>(map: Map<string, Value>) => {
      for (const [from, to] of stored) {
        const value = map.get(from);
        if (value === undefined) continue;
        map.delete(from);
        map.set(to, value);
      }
    };
    renamed(this.#first);
    renamed(this.#more);
    this.#ids = this.#ids.map((id) => stored.get(id) ?? id);
  }

  /** Who wrote them, as far as it is known before they are read. */
  authors(): readonly AuthorRef[] {
    return [...this.#first.values()].flatMap(({ author }) => author ?? []);
  }

  /** The keys of posts whose first sighting is like that. */
  select(isLike: (post: Post) => boolean): ReadonlySet<string> {
    return new Set([...this.#first].flatMap(([id, post]) => (isLike(post) ? [id] : [])));
  }

  /** Leaves posts out. */
  drop(ids: ReadonlySet<string>): void {
    for (const id of ids) {
      this.#first.delete(id);
      this.#more.delete(id);
    }
    this.#ids = this.#ids.filter((id) => !ids.has(id));
  }

  /** Forgets the posts: none will be read any more. */
  release(): void {
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

/** Posts that are written together. */
export type Batch<Post extends Identified> = {
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  readonly posts: readonly Post[];
  /** Gives the post itself, when it is its turn. It is released before the next is read. */
  readonly read: (post: Post) => EnrichedPost;
  /** The platform's ids of posts that were deleted there; default: none. */
  readonly deleted?: readonly string[] | undefined;
  /** What is known of edits, of these posts and others; default: nothing. */
  readonly edits?: readonly Versions[] | undefined;
  /** What happened in the channel beside its messages; default: nothing. */
  readonly events?: readonly ChannelEvent[] | undefined;
  /** Whether chat messages stay that were deleted on their platform; default: no. */
  readonly retainDeleted?: boolean | undefined;
  readonly collectedAt: number;
};
