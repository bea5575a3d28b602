import { postsInOrder } from '../posts-in-order.ts';
import { Post } from '../../entities/post/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { maxFirst } from '../../shared/page.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import { chainPostsLoader, chainSumsLoader } from './loader.ts';
import type { ChainRow } from './query.ts';

/** A path from a conversation's root down to one reply without replies. */
export const Chain = builder.objectRef<ChainRow>('Chain').implement({
  description: "A path from a conversation's root down to one reply without replies.",
  fields: (t) => ({
    posts: t.field({
      type: [Post],
      description:
        'Its posts, the root first: depth + 1 of them. When several streams have a post, the one that counts across ' +
        'streams is shown.',
      args: topListArgs(maxFirst),
      complexity: listCost(5),
      resolve: async ({ leafId }, args, context) => {
        const [first, offset] = parseTopList(args);
        const ids = await chainPostsLoader(context, { from: offset, to: offset + first }).load(leafId);
        return postsInOrder(context, ids);
      },
    }),
    last: t.field({
      type: Post,
      nullable: true,
      description:
        'Its last post, which has no reply; no two chains of a conversation have the same one. Null when it was ' +
        'removed meanwhile.',
      resolve: async ({ leafId }, _args, context) => (await postsInOrder(context, [leafId]))[0] ?? null,
    }),
    depth: t.int({ description: 'Replies below the root.', resolve: ({ depth }) => depth }),
    engagement: t.field({
      type: 'SafeInt',
      description: 'Engagement summed over its posts, of those known; 0 when it is known of none.',
      resolve: async ({ leafId }, _args, context) =>
        (await loaderOf(context, chainSumsLoader).load(leafId)).engagement,
    }),
    participants: t.field({
      type: 'SafeInt',
      description: 'Distinct authors of its posts.',
      resolve: async ({ leafId }, _args, context) =>
        (await loaderOf(context, chainSumsLoader).load(leafId)).participants,
    }),
  }),
});
