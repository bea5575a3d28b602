import type DataLoader from 'dataloader';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { createLoader } from '../../graphql/loader.ts';
import { type ChainRow, type ChainSums, findChainPosts, findLongest, sumChains } from './query.ts';

/** The longest path of a conversation, by its root; only the root without replies. */
export const longestLoader = ({ db, reads }: Context): DataLoader<string, ChainRow> =>
  createLoader(async (roots) => {
    reads.all();
    const found = await findLongest(db, roots);
    return roots.map((rootId) => found.get(rootId) ?? { leafId: rootId, depth: 0 });
  });

/** The participants and engagement of a path, by its last post. */
export const chainSumsLoader = ({ db, reads }: Context): DataLoader<string, ChainSums> =>
  createLoader(async (leaves) => {
    reads.all();
    const found = new Map((await sumChains(db, leaves)).map((row) => [row.leafId, row]));
    return leaves.map((leafId) => found.get(leafId) ?? { leafId, participants: 0, engagement: 0 });
  });

type Part = { readonly from: number; readonly to: number };

/**
 * The ids of a path's posts in a range of depths, root first, by its last post. Paths with the same range in a request
 * are read together.
 */
export function chainPostsLoader(context: Context, part: Part): DataLoader<string, readonly string[]> {
  const loaders = loaderOf(context, loadersByPart);
  const key = `${part.from}:${part.to}`;
  const loader = loaders.get(key) ?? createPartLoader(context, part);
  loaders.set(key, loader);
  return loader;
}

const loadersByPart = (): Map<string, DataLoader<string, readonly string[]>> => new Map();

const createPartLoader = ({ db, reads }: Context, part: Part): DataLoader<string, readonly string[]> =>
  createLoader(async (leaves) => {
    reads.all();
    const ids = new Map(leaves.map((leafId): [string, string[]] => [leafId, []]));
    for (const { leafId, postId } of await findChainPosts(db, leaves, part)) ids.get(leafId)?.push(postId);
    return leaves.map((leafId) => ids.get(leafId) ?? []);
  });
