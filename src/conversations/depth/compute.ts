import type { DepthCount } from '../depth-count.ts';

/** How deep conversations go. */
export type DepthReport = {
  readonly conversations: number;
  readonly posts: number;
  readonly maxDepth: number;
  readonly meanDepth: number;
  /** From 0 without a gap; empty without conversations. */
  readonly histogram: readonly DepthCount[];
};

/** How many replies stand at a depth, and in how many conversations. */
export type ReplyDepth = DepthCount & { readonly conversations: number };

/** The report of the replies at each depth from 1, in its order: each conversation has a root and a reply to it. */
export function depthReport(replies: readonly ReplyDepth[]): DepthReport {
  const conversations = replies[0]?.conversations ?? 0;
  const below = replies.map(({ depth, posts }) => ({ depth, posts }));
  const histogram = conversations === 0 ? [] : [{ depth: 0, posts: conversations }, ...below];
  const posts = histogram.reduce((sum, each) => sum + each.posts, 0);
  const depths = histogram.reduce((sum, each) => sum + each.depth * each.posts, 0);
  return {
    conversations,
    posts,
    maxDepth: histogram.at(-1)?.depth ?? 0,
    meanDepth: posts === 0 ? 0 : depths / posts,
    histogram,
  };
}
