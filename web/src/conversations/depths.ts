import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';

/** Where a post stands in its thread. */
export const ThreadPlace = graphql(`
  fragment ThreadPlace on Post {
    platformId
    depth
    parent {
      platformId
    }
  }
`);

/** A post of a thread with its place. */
export type Placed = FragmentType<typeof ThreadPlace>;

/**
 * The depth of each post below the root of its thread, in the thread's order. The API has no depth when the root
 * replies to a post that was not collected. Then depths are counted from the root, each one more than its parent's.
 */
export function depthsOf(posts: readonly Placed[], known = new Map<string, number>()): number[] {
  return posts.map((masked) => {
    const { platformId, depth, parent } = readFragment(ThreadPlace, masked);
    const above = parent == null ? undefined : known.get(parent.platformId);
    const found = depth ?? (above === undefined ? 0 : above + 1);
    known.set(platformId, found);
    return found;
  });
}
