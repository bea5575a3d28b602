import { builder } from '../graphql/builder.ts';

/** The number of posts at a depth. */
export type DepthCount = { readonly depth: number; readonly posts: number };

export const DepthCountType = builder.objectRef<DepthCount>('DepthCount').implement({
  description: 'How many posts stand at a depth.',
  fields: (t) => ({
    depth: t.int({
      description: '0 for the root of a conversation, 1 for replies to it, and so on.',
      resolve: ({ depth }) => depth,
    }),
    posts: t.field({ type: 'SafeInt', description: 'Posts at this depth.', resolve: ({ posts }) => posts }),
  }),
});
