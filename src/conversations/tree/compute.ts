/**
 * The shape of a conversation: for each post the index of its parent. Posts are sorted by depth, then by id: the root
 * is first, with parent -1, and a parent is before its replies. All functions here are single loops over these numbers,
 * without recursion.
 */
export type Shape = Int32Array;

/** Returns the number at a valid index. */
export const numberAt = (numbers: Int32Array | Float64Array, place: number): number =>
  numbers[place] as number; // safe: callers use indexes within the list

/** Returns the size of each post's subtree, itself included. */
export function subtreeSizes(parents: Shape): Int32Array {
  const sizes = new Int32Array(parents.length).fill(1);
  // Backwards, so that a post's size is complete before it is added to its parent's.
  for (let at = parents.length - 1; at > 0; at--) {
    const parent = numberAt(parents, at);
    sizes[parent] = numberAt(sizes, parent) + numberAt(sizes, at);
  }
  return sizes;
}

/** Returns each post's rank in depth-first order, with replies to a post in the order of their ids. */
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

/** Returns the post at each rank. */
export function readingOrder(ranks: Int32Array): Int32Array {
  const order = new Int32Array(ranks.length);
  for (let at = 0; at < ranks.length; at++) order[numberAt(ranks, at)] = at;
  return order;
}

/**
 * Returns the mean number of replies between two posts of the tree, over all pairs: structural virality by Goel,
 * Anderson, Hofman and Watts (2016), the Wiener index divided by the number of pairs. It is close to 2 when everybody
 * replies to the root, and a third of the length when each replies to the one before. Null for a single post.
 * The link above a post lies between as many pairs as its subtree's size times the number of other posts, so no pairs
 * are enumerated.
 */
export function structuralVirality(sizes: Int32Array): number | null {
  const posts = sizes.length;
  if (posts < 2) return null;
  let distances = 0;
  for (let at = 1; at < posts; at++) distances += numberAt(sizes, at) * (posts - numberAt(sizes, at));
  return distances / ((posts * (posts - 1)) / 2);
}
