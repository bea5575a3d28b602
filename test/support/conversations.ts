import { type Place, plainPlaces } from './threads.ts';

/** A post that a test gave to the store. Ids are decimal and sort as numbers. */
export type GivenPost = {
  readonly id: number;
  readonly parent: number | null;
  /** True for a reply when the answered user is known, but not the answered post. */
  readonly answersSomebody: boolean;
  readonly author: string;
  /** Engagement; null when unknown. */
  readonly likes: number | null;
  readonly createdAt: number;
};

export type PlainChain = {
  readonly posts: readonly number[];
  readonly engagement: number;
  readonly participants: number;
};

/** All figures of conversations, counted naively. */
export class PlainConversations {
  readonly posts: ReadonlyMap<number, GivenPost>;
  readonly #places: ReadonlyMap<string, Place>;

  constructor(posts: readonly GivenPost[]) {
    this.posts = new Map(posts.map((post) => [post.id, post]));
    this.#places = plainPlaces(
      new Map(posts.map(({ id, parent }) => [keyOf(id), parent === null ? null : keyOf(parent)])),
    );
  }

  /** The topmost known ancestor of a post. */
  rootOf(id: number): number {
    return Number(this.#placeOf(id).root);
  }

  /** Null when the root is unknown. */
  depthOf(id: number): number | null {
    return this.isRooted(this.rootOf(id)) ? this.#placeOf(id).depth : null;
  }

  isRooted(root: number): boolean {
    const post = this.#get(root);
    return post.parent === null && !post.answersSomebody;
  }

  roots(): readonly number[] {
    return [...new Set([...this.posts.keys()].map((id) => this.rootOf(id)))].sort((a, b) => a - b);
  }

  /** A conversation's posts, depth-first, replies in the order of their ids. */
  reading(root: number): readonly number[] {
    return [root, ...this.#repliesTo(root).flatMap((reply) => this.reading(reply))];
  }

  depths(root: number): readonly { depth: number; posts: number }[] {
    const depths = this.reading(root).map((id) => this.#placeOf(id).depth);
    return Array.from({ length: Math.max(...depths) + 1 }, (_, depth) => ({
      depth,
      posts: depths.filter((each) => each === depth).length,
    }));
  }

  together(ids: readonly number[]) {
    const posts = ids.map((id) => this.#get(id));
    return {
      participants: new Set(posts.map(({ author }) => author)).size,
      engagement: posts.reduce((sum, { likes }) => sum + (likes ?? 0), 0),
    };
  }

  /** Paths from the root to each post without replies. */
  chains(root: number): readonly PlainChain[] {
    return this.reading(root)
      .filter((id) => this.#repliesTo(id).length === 0)
      .map((id) => {
        const posts = this.#pathTo(id);
        return { posts, ...this.together(posts) };
      });
  }

  /** The mean distance over all pairs, computed pair by pair. */
  virality(root: number): number | null {
    const paths = this.reading(root).map((id) => this.#pathTo(id));
    const distances = paths.flatMap((one, at) =>
      paths.slice(at + 1).map((other) => {
        const shared = one.filter((id) => other.includes(id)).length;
        return one.length + other.length - 2 * shared;
      }),
    );
    return distances.length === 0 ? null : distances.reduce((sum, each) => sum + each, 0) / distances.length;
  }

  responseTimes(root: number) {
    const { author } = this.#get(root);
    const isOpening = (id: number) => this.#pathTo(id).every((above) => this.#get(above).author === author);
    const all = this.reading(root);
    const responses = all.filter((id) => !isOpening(id));
    const sinceParent = responses
      .map((id) => this.#get(id).createdAt - this.#get(this.#parentOf(id)).createdAt)
      .filter((ms) => ms >= 0)
      .sort((a, b) => a - b);
    const sinceRoot = responses
      .filter((id) => isOpening(this.#parentOf(id)))
      .map((id) => this.#get(id).createdAt - this.#get(root).createdAt)
      .filter((ms) => ms >= 0);
    return {
      opening: all.length - responses.length,
      first: sinceRoot.length === 0 ? null : Math.min(...sinceRoot),
      median: medianOf(sinceParent),
    };
  }

  #repliesTo(id: number): readonly number[] {
    const depth = this.#placeOf(id).depth;
    return [...this.posts.values()]
      .filter((post) => post.parent === id && this.#placeOf(post.id).depth === depth + 1)
      .map((post) => post.id)
      .sort((a, b) => a - b);
  }

  #pathTo(id: number): readonly number[] {
    return this.#placeOf(id).depth === 0 ? [id] : [...this.#pathTo(this.#parentOf(id)), id];
  }

  #parentOf(id: number): number {
    return this.#get(id).parent as number;
  }

  #placeOf(id: number): Place {
    return this.#places.get(keyOf(id)) as Place;
  }

  #get(id: number): GivenPost {
    return this.posts.get(id) as GivenPost;
  }
}

/** A key that sorts like the number. */
const keyOf = (id: number) => String(id).padStart(16, '0');

function medianOf(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1] as number, sorted[Math.floor(half)] as number];
  return Math.round((low + high) / 2);
}
