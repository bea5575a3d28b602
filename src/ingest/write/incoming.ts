import type { AuthorRef } from '../../shared/author-ref.ts';
import type { ChannelEvent } from '../../shared/channel-event.ts';
import { must } from '../../shared/errors.ts';
import { noItems } from '../../shared/lists.ts';
import type { AccountProfile, EnrichedPost, Identified, Versions } from '../../shared/post.ts';
import { messageOf, postKey } from '../../shared/post-key.ts';
import { type Merged, mergePost, type Observation } from './merge.ts';
import { type PostRow, toRow } from './row.ts';
import type { Source } from './source.ts';

/** The result of a post's sightings. */
export type Sighted = {
  readonly merged: Merged;
  /** Sightings with new information. */
  readonly posts: readonly EnrichedPost[];
  /** Sightings that only confirm the post. */
  readonly again: readonly EnrichedPost[];
};

type Parts<Post extends Identified> = {
  readonly source: Source;
  readonly toPost: (post: Post) => EnrichedPost;
  readonly ids: readonly string[];
  readonly first: Map<string, Post>;
  /** Further sightings of the few posts that the batch has more than once. */
  readonly more: Map<string, Post[]>;
};

/** A batch's posts by their keys in the store. Each is parsed at its turn. Only `release` changes it. */
export class Incoming<Post extends Identified> {
  readonly #parts: Parts<Post>;

  private constructor(parts: Parts<Post>) {
    this.#parts = parts;
  }

  static of<Post extends Identified>(
    source: Source,
    { posts, read: toPost }: Pick<Batch<Post>, 'posts' | 'read'>,
  ): Incoming<Post> {
    const first = new Map<string, Post>();
    const more = new Map<string, Post[]>();
    const firstKeys = new Map<string, string>();
    for (const post of posts) {
      const id = keyOf(source, post, firstKeys);
      const others = more.get(id);
      if (others !== undefined) others.push(post);
      else if (first.has(id)) more.set(id, [post]);
      else first.set(id, post);
    }
    return new Incoming({ source, toPost, ids: [...first.keys()], first, more });
  }

  /** The keys, in the order of the batch. */
  get ids(): readonly string[] {
    return this.#parts.ids;
  }

  /**
   * The same posts, with new keys for those that the store has under another key. `stored` maps keys here to keys in
   * the store.
   */
  rekeyed(stored: ReadonlyMap<string, string>): Incoming<Post> {
    if (stored.size === 0) return this;
    const keyed = <Value>(map: ReadonlyMap<string, Value>) =>
      new Map([...map].map(([id, value]) => [stored.get(id) ?? id, value]));
    const { ids, first, more } = this.#parts;
    return new Incoming({
      ...this.#parts,
      ids: ids.map((id) => stored.get(id) ?? id),
      first: keyed(first),
      more: keyed(more),
    });
  }

  /** The authors that are known before posts are read. */
  authors(): readonly AuthorRef[] {
    return this.ids.flatMap((id) => this.#first(id).author ?? []);
  }

  /** The keys of posts whose first sighting matches. */
  select(isLike: (post: Post) => boolean): ReadonlySet<string> {
    return new Set(this.ids.filter((id) => isLike(this.#first(id))));
  }

  /** All posts except these. */
  without(ids: ReadonlySet<string>): Incoming<Post> {
    if (ids.size === 0) return this;
    return new Incoming({ ...this.#parts, ids: this.ids.filter((id) => !ids.has(id)) });
  }

  /** Releases the posts, here and in results of `without`. None can be read afterwards. */
  release(): void {
    this.#parts.first.clear();
    this.#parts.more.clear();
  }

  /**
   * The row of a post with all of its sightings, merged with the stored row when there is one, as if each sighting had
   * come in its own batch; null when the store already has everything.
   */
  read(id: string, stored: PostRow | null): Sighted | null {
    const first = this.#first(id);
    const more = this.#parts.more.get(id);
    // The usual case in an import: a new post with one sighting.
    if (stored === null && more === undefined) {
      const post = this.#parts.toPost(first);
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
      const post = this.#parts.toPost(sighting);
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

  #first(id: string): Post {
    return must(this.#parts.first.get(id), 'the batch has it');
  }

  #toRow(id: string, post: EnrichedPost): PostRow {
    const { platform, provider } = this.#parts.source;
    return toRow(platform, provider, post, id);
  }
}

/** A message that comes twice with slightly different instants gets the first one's key. */
function keyOf({ platform }: Source, post: Identified, firstKeys: Map<string, string>): string {
  const key = postKey(platform, post);
  if (platform === 'X') return key;
  const message = messageOf(key);
  const first = firstKeys.get(message);
  if (first === undefined) firstKeys.set(message, key);
  return first ?? key;
}

/** Posts that are written together. */
export type Batch<Post extends Identified> = {
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  readonly posts: readonly Post[];
  /** Parses the post at its turn. The result is released before the next is parsed. */
  readonly read: (post: Post) => EnrichedPost;
  /** The platform's ids of posts deleted there; default: none. */
  readonly deleted?: readonly string[] | undefined;
  /** Known edits, of these and other posts; default: none. */
  readonly edits?: readonly Versions[] | undefined;
  /** Events in the channel other than messages; default: none. */
  readonly events?: readonly ChannelEvent[] | undefined;
  /** Whether chat messages stay when their platform deleted them; default: no. */
  readonly retainDeleted?: boolean | undefined;
  readonly collectedAt: number;
};
