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
  type ConversationSums,
} from './query.ts';
import { computeResponses, type Responses } from './responses.ts';

/** The root of a post's conversation, by the post's id; null for an unknown post. */
export const rootLoader = ({ db, reads }: Context): DataLoader<string, string | null> =>
  createLoader(async (postIds) => {
    reads.all();
    const roots = await findRoots(db, postIds);
    return postIds.map((id) => roots.get(id) ?? null);
  });

/**
 * The number of posts at each depth from 0, without gaps, by the conversation's root; the loaders below use the same
 * key.
 */
export const depthsLoader = ({ db, reads }: Context): DataLoader<string, readonly DepthCount[]> =>
  createLoader(async (roots) => {
    reads.all();
    const depths = new Map(roots.map((rootId) => [rootId, [{ depth: 0, posts: 1 }]]));
    for (const { rootId, depth, posts } of await countDepths(db, roots)) {
      depths.get(rootId)?.push({ depth, posts });
    }
    return roots.map((rootId) => depths.get(rootId) ?? []);
  });

/** A conversation's participants and engagement. */
export const sumsLoader = ({ db, reads }: Context): DataLoader<string, ConversationSums> =>
  createLoader(async (roots) => {
    reads.all();
    const sums = new Map((await sumConversations(db, roots)).map((row) => [row.rootId, row]));
    return roots.map((rootId) => sums.get(rootId) ?? { rootId, participants: 0, engagement: 0 });
  });

/** A conversation's posts and shape. */
export const treeLoader = (context: Context): DataLoader<string, Tree> =>
  createLoader((roots) => inGroups(context, roots, loadTrees, (tree) => tree));

/** A conversation's structural virality; null for a single post. */
export const viralityLoader = (context: Context): DataLoader<string, number | null> =>
  createLoader((roots) =>
    inGroups(context, roots, loadTrees, ({ parents }) => structuralVirality(subtreeSizes(parents))),
  );

/** A conversation's responses. */
export const responsesLoader = (context: Context): DataLoader<string, Responses> =>
  createLoader((roots) => inGroups(context, roots, loadWritten, computeResponses));

/** The most posts that one request may sort: some 100 MB of memory. */
const postsMax = 1_000_000;
/** The most posts per statement, except of a larger conversation. */
const postsAtOnce = 200_000;

type Load<Whole> = (db: Context['db'], roots: readonly string[]) => Promise<ReadonlyMap<string, Whole>>;

/**
 * Loads conversations in groups, and keeps only the computed value of each. A group is as large as one statement may
 * be; a larger conversation is a group of its own.
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
      // Other requests are served between two large conversations, and between reading and computing.
      await ownTurn();
      values.set(rootId, toValue(whole));
    }
  }
  // Between two statements the root may have got a parent, or been removed.
  const changed = () => new NotFoundError('The conversation has changed meanwhile: ask again');
  return roots.map((rootId) => (values.has(rootId) ? (values.get(rootId) as Value) : changed())); // safe: `has` was checked
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

/** Sums the posts of all depths. */
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
