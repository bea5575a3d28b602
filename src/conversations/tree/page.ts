import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import { BadInputError } from '../../shared/errors.ts';
import type { PageRequest } from '../../shared/page.ts';
import { numberAt, readingOrder, readingRanks, type Shape, subtreeSizes } from './compute.ts';

/** A conversation's posts and their shape. */
export type Tree = { readonly ids: readonly string[]; readonly parents: Shape };

/** A post of a page and its parent. */
export type PlacedPost = { readonly postId: string; readonly parentId: string | null };

const order = 'DEPTH_FIRST';
/** The parent of a root in cursors. */
const none = '00000000-0000-0000-0000-000000000000';

/** The cursor of a post in its conversation: valid while the post, or its parent, is in it. */
export const treeCursor = ({ postId, parentId }: PlacedPost): string =>
  encodeCursor([order, parentId ?? none, postId]);

/** Returns the posts of one page in the requested direction, and one more when there are more. */
export function pageOf({ ids, parents }: Tree, page: PageRequest): readonly PlacedPost[] {
  const sizes = subtreeSizes(parents);
  const ranks = readingRanks(parents, sizes);
  const places = new Places(ids, parents, sizes, ranks);
  const from = page.after === null ? 0 : places.find(page.after).after;
  const to = page.before === null ? ids.length : places.find(page.before).before;
  const [low, high] = page.backwards
    ? [Math.max(from, to - page.limit - 1), to]
    : [from, Math.min(to, from + page.limit + 1)];
  const shown = readingOrder(ranks).subarray(low, Math.max(low, high));
  if (page.backwards) shown.reverse();
  return Array.from(shown, (at) => ({
    postId: ids[at] ?? none,
    parentId: ids[numberAt(parents, at)] ?? null,
  }));
}

/** Finds the ranks of cursors. */
class Places {
  constructor(
    readonly ids: readonly string[],
    readonly parents: Shape,
    readonly sizes: Int32Array,
    readonly ranks: Int32Array,
  ) {}

  /**
   * The rank of the cursor's post, and the next rank. Both are the same when the post was removed and only its place is
   * known.
   */
  find(cursor: string): { readonly before: number; readonly after: number } {
    const [parentId, postId] = decodeCursor(cursor, order, ['uuid', 'uuid']).map(String);
    const at = this.ids.indexOf(postId ?? none);
    if (at >= 0) return { before: numberAt(this.ranks, at), after: numberAt(this.ranks, at) + 1 };
    const parent = this.ids.indexOf(parentId ?? none);
    if (parent < 0) {
      throw new BadInputError(
        `Not a cursor of this conversation, or its post is gone: ${cursor.slice(0, 60)}`,
      );
    }
    const rank = this.#rankBelow(parent, postId ?? none);
    return { before: rank, after: rank };
  }

  /** The rank that a reply with this id would have: before the next reply to the same post, else after all of them. */
  #rankBelow(parent: number, postId: string): number {
    for (let at = parent + 1; at < this.ids.length; at++) {
      // Replies to a post are in the order of their ids.
      if (this.parents[at] === parent && (this.ids[at] ?? none) > postId) return numberAt(this.ranks, at);
    }
    return numberAt(this.ranks, parent) + numberAt(this.sizes, parent);
  }
}
