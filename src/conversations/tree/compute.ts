/**
 * The shape of a conversation: for each post the place of the one that it replies to. Posts stand in the order of their
 * depth and, among those of one depth, of their ids: the root is the first, with parent -1, and a parent stands before
 * its replies. Everything here is a walk over these numbers, as long as there are posts and without recursion.
 */
export type Shape = Int32Array;

/** The number at a place that is within the list. */
export const numberAt = (numbers: Int32Array | Float64Array, place: number): number =>
  numbers[place] as number; // safe: callers walk places of the list

/** How many posts hang at each post, itself included. */
export function subtreeSizes(parents: Shape): Int32Array {
  const sizes = new Int32Array(parents.length).fill(1);
  // From the last: a post's own size is whole before it is added to its parent's.
  for (let at = parents.length - 1; at > 0; at--) {
    const parent = numberAt(parents, at);
    sizes[parent] = numberAt(sizes, parent) + numberAt(sizes, at);
  }
  return sizes;
}

/** The rank of each post when the tree is read depth-first, replies to one post in the order of their ids. */
export function readingRanks(parents: Shape, sizes: Int32Array): Int32Array {
  const ranks = new Int32Array(parents.length);
  /** The rank of the next reply to each post. */
  const next = new Int32Array(parents.length);
  next[0] = 1;
  for (let at = 1; at < parents.length; at++) {
    const parent = numberAt(parents, at);
    const rank = numberAt(next, parent);
    ranks[at] = rank;
    next[at] = rank + 1;
    next[parent] = rank + numberAt(sizes, at);
  }
  return ranks;
}

/** The post at each rank. */
export function readingOrder(ranks: Int32Array): Int32Array {
  const order = new Int32Array(ranks.length);
  for (let at = 0; at < ranks.length; at++) order[numberAt(ranks, at)] = at;
  return order;
}

/**
 * The mean number of replies between two posts of the tree, over all pairs: structural virality as Goel, Anderson, Hofman
 * and Watts define it (2016), the Wiener index over the number of pairs. Close to 2 when everybody answers the root, and
 * a third of the length when each answers the one before. Null for a single post.
 *
 * A reply lies between as many pairs as there are posts below it times other posts, so that no pair is looked at.
 */
export function structuralVirality(sizes: Int32Array): number | null {
  const posts = sizes.length;
  if (posts < 2) return null;
  let distances = 0;
  for (let at = 1; at < posts; at++) distances += numberAt(sizes, at) * (posts - numberAt(sizes, at));
  return distances / ((posts * (posts - 1)) / 2);
}
