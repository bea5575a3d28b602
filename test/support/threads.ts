/** The place of a post in its conversation. */
export type Place = { readonly root: string; readonly depth: number };

/**
 * Finds the place of each post by walking up its parents. This is slow, and shares nothing with the tested code. A ring
 * of parents is cut at its smallest id, as if that post's parent were unknown.
 */
export function plainPlaces(parents: ReadonlyMap<string, string | null>): ReadonlyMap<string, Place> {
  const parentOf = (id: string): string | null => {
    const parent = parents.get(id) ?? null;
    if (parent === null || !parents.has(parent)) return null;
    return smallestOfRing(id) === id ? null : parent;
  };
  const smallestOfRing = (id: string): string | null => {
    let smallest = id;
    let at: string | null = parents.get(id) ?? null;
    for (let steps = 0; at !== null && at !== id && steps <= parents.size; steps++) {
      if (at < smallest) smallest = at;
      at = parents.get(at) ?? null;
    }
    return at === id ? smallest : null;
  };
  return new Map(
    [...parents.keys()].map((id) => {
      let root = id;
      let depth = 0;
      for (let parent = parentOf(id); parent !== null; parent = parentOf(root)) {
        root = parent;
        depth += 1;
      }
      return [id, { root, depth }];
    }),
  );
}
