import type DataLoader from 'dataloader';
import type { Context } from '../../graphql/context.ts';
import { loaderOf } from '../../graphql/context.ts';
import { createLoader } from '../../graphql/loader.ts';
import { ownTurn } from '../../platform/turns.ts';
import { NotFoundError, QueryTooComplexError } from '../../shared/errors.ts';
import type { DepthCount } from '../depth-count.ts';
import { structuralVirality, subtreeSizes } from './compute.ts';
import type { Tree } from './page.ts';
import {
  countDepths,
  findRoots,
  loadTrees,
  loadWritten,
  sumConversations,
  type TogetherRow,
} from './query.ts';
import { computeResponses, type Responses } from './responses.ts';

/** The root of the conversation that a post is in, by the post's id; null of a post that is not known. */
export const rootLoader = ({ db, reads }: Context): DataLoader<string, string | null> =>
  createLoader(async (postIds) => {
    reads.all();
    const roots = await findRoots(db, postIds);
    return postIds.map((id) => roots.get(id) ?? null);
  });

/** How many posts of a conversation have each depth, from 0; there is no gap. By its root, as all below. */
export const depthsLoader = ({ db, reads }: Context): DataLoader<string, readonly DepthCount[]> =>
  createLoader(async (roots) => {
    reads.all();
    const depths = new Map(roots.map((rootId) => [rootId, [{ depth: 0, posts: 1 }]]));
    for (const { rootId, depth, posts } of await countDepths(db, roots)) {
      depths.get(rootId)?.push({ depth, posts });
    }
    return roots.map((rootId) => depths.get(rootId) ?? []);
  });

/** Its participants and their engagement. */
export const togetherLoader = ({ db, reads }: Context): DataLoader<string, TogetherRow> =>
  createLoader(async (roots) => {
    reads.all();
    const sums = new Map((await sumConversations(db, roots)).map((row) => [row.rootId, row]));
    return roots.map((rootId) => sums.get(rootId) ?? { rootId, participants: 0, engagement: 0 });
  });

/** Its posts, and how they hang together. */
export const treeLoader = (context: Context): DataLoader<string, Tree> =>
  createLoader((roots) => inGroups(context, roots, loadTrees, (tree) => tree));

/** Its structural virality; null of a single post. */
export const viralityLoader = (context: Context): DataLoader<string, number | null> =>
  createLoader((roots) =>
    inGroups(context, roots, loadTrees, ({ parents }) => structuralVirality(subtreeSizes(parents))),
  );

/** How it was answered. */
export const responsesLoader = (context: Context): DataLoader<string, Responses> =>
  createLoader((roots) => inGroups(context, roots, loadWritten, computeResponses));

/** Posts of conversations that one request may have put in order: some 100 MB of memory. */
const postsMax = 1_000_000;
/** Posts that one statement reads. */
const postsAtOnce = 200_000;

type Load<Whole> = (db: Context['db'], roots: readonly string[]) => Promise<ReadonlyMap<string, Whole>>;

/**
 * Loads conversations a group at a time, and keeps of each only what is made of it. Groups are as large as one statement
 * may be; a conversation that is larger is a group of its own.
 */
async function inGroups<Whole, Value>(
  context: Context,
  roots: readonly string[],
  load: Load<Whole>,
  toValue: (whole: Whole) => Value,
): Promise<readonly (Value | Error)[]> {
  const sizes = await loadSizes(context, roots);
  const values = new Map<string, Value>();
  for (const group of groupsOf(roots, sizes)) {
    for (const [rootId, whole] of await load(context.db, group)) {
      // Others are answered between two large conversations, and between reading and reckoning.
      await ownTurn();
      values.set(rootId, toValue(whole));
    }
  }
  // Between two statements its root may have come to hang on another post, or have gone.
  const changed = () => new NotFoundError('The conversation has changed meanwhile: ask again');
  return roots.map((rootId) => (values.has(rootId) ? (values.get(rootId) as Value) : changed())); // safe: it is there
}

async function loadSizes(context: Context, roots: readonly string[]): Promise<readonly number[]> {
  const loader = loaderOf(context, depthsLoader);
  const sizes = await Promise.all(roots.map(async (rootId) => sizeOf(await loader.load(rootId))));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > postsMax) {
    throw new QueryTooComplexError(
      `Conversations too large: ${total} posts to put in order, ${postsMax} allowed at once. Ask for fewer conversations, or only for their size and depths`,
    );
  }
  return sizes;
}

/** How many posts there are of all depths. */
export const sizeOf = (depths: readonly DepthCount[]): number =>
  depths.reduce((sum, { posts }) => sum + posts, 0);

function groupsOf(roots: readonly string[], sizes: readonly number[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let room = 0;
  for (const [at, rootId] of roots.entries()) {
    const size = sizes[at] ?? 0;
    const last = groups.at(-1);
    if (last === undefined || size > room) {
      groups.push([rootId]);
      room = postsAtOnce - size;
    } else {
      last.push(rootId);
      room -= size;
    }
  }
  return groups;
}
