/** Where the root of a tree hangs: under which root, and how many steps below it. */
export type Link = { readonly root: string; readonly depth: number };

/** Links followed to their end, and those that lead back to where they began. */
type Followed = {
  /** Of each tree that hangs somewhere: its final root, and how far below that it stands. */
  readonly places: ReadonlyMap<string, Link>;
  /** Trees that hang on each other in a ring, each ring once. What hangs on a ring has no place yet. */
  readonly rings: readonly (readonly string[])[];
};

/**
 * Follows links from tree to tree until a root that hangs nowhere. Each link is followed once and none by recursion,
 * so that a chain of 100,000 posts which come in one batch costs what it is long.
 */
export function followLinks(links: ReadonlyMap<string, Link>): Followed {
  const places = new Map<string, Link>();
  const rings: string[][] = [];
  /** Those that end in a ring. */
  const lost = new Set<string>();
  for (const start of links.keys()) {
    const path: { readonly tree: string; readonly link: Link }[] = [];
    const steps = new Map<string, number>();
    let tree = start;
    let link = links.get(tree);
    while (link !== undefined && !places.has(tree) && !lost.has(tree) && !steps.has(tree)) {
      steps.set(tree, path.length);
      path.push({ tree, link });
      tree = link.root;
      link = links.get(tree);
    }
    const ringAt = steps.get(tree);
    if (ringAt !== undefined) rings.push(path.slice(ringAt).map((step) => step.tree));
    if (ringAt !== undefined || lost.has(tree)) {
      for (const step of path) lost.add(step.tree);
      continue;
    }
    let place = places.get(tree) ?? { root: tree, depth: 0 };
    for (const step of path.reverse()) {
      place = { root: place.root, depth: place.depth + step.link.depth };
      places.set(step.tree, place);
    }
  }
  return { places, rings };
}
