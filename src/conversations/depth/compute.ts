import type { DepthCount } from '../depth-count.ts';

/** The depths of conversations. */
export type DepthReport = {
  readonly conversations: number;
  readonly posts: number;
  readonly maxDepth: number;
  readonly meanDepth: number;
  /** From depth 0 without gaps; empty without conversations. */
  readonly histogram: readonly DepthCount[];
};

/** The number of replies at a depth, and of conversations that have some. */
export type ReplyDepth = DepthCount & { readonly conversations: number };

/**
 * Makes the report from the replies at each depth, sorted from 1: each conversation has a root and at least one reply.
 */
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
