/** A use of the hashtag in the window, with the posts that it answers or quotes. */
export type Use = {
  readonly postId: string;
  readonly parentId: string | null;
  readonly quotedId: string | null;
};

/** Something with its share of the window's posts, 0 to 1. */
export type Share<Of> = { readonly of: Of; readonly share: number };

/** The share of the posts that counts as most of them. */
const most = 0.5;

/**
 * Returns the fewest items that together account for more than half of the total, largest first, at most `limit`;
 * ties keep their order. Leaves out items with a single post: they do not stand out.
 */
export function largestShares<Of>(
  counts: Iterable<readonly [of: Of, posts: number]>,
  total: number,
  limit: number,
): readonly Share<Of>[] {
  const shares: Share<Of>[] = [];
  let sum = 0;
  for (const [of, posts] of [...counts].filter(([, posts]) => posts > 1).sort((a, b) => b[1] - a[1])) {
    if (shares.length === limit || sum > total * most) break;
    shares.push({ of, share: posts / total });
    sum += posts;
  }
  return shares;
}

/**
 * Counts the posts of the window that each post accounts for: itself, and posts that answer or quote it, directly or
 * through others of the window. A post that answers one and quotes another counts for the one it answers.
 */
export function postsFrom(uses: readonly Use[]): ReadonlyMap<string, number> {
  const known = new Map(uses.map((use) => [use.postId, use]));
  const originOf = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { postId } of uses) {
    const origin = findOrigin(postId, known, originOf);
    counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  return counts;
}

/**
 * Returns the topmost post of the window above a post, and remembers it for all posts on the way. Posts in a cycle
 * count as their own.
 */
function findOrigin(postId: string, known: ReadonlyMap<string, Use>, originOf: Map<string, string>): string {
  const way = new Set<string>();
  let at = postId;
  while (!originOf.has(at)) {
    way.add(at);
    const use = known.get(at);
    const above = [use?.parentId, use?.quotedId].find((id) => id != null && known.has(id)) ?? null;
    if (above === null || way.has(above)) break;
    at = above;
  }
  const origin = originOf.get(at) ?? at;
  for (const id of way) originOf.set(id, origin);
  return origin;
}
