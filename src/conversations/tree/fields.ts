import { PostConnection } from '../../entities/post/connection.ts';
import { Post, readingPost } from '../../entities/post/fields.ts';
import { parsePostId } from '../../entities/post/global-id.ts';
import { standingPostLoader } from '../../entities/post/loader.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { must, NotFoundError } from '../../shared/errors.ts';
import { isPlatformId, xIdOf, xKey } from '../../shared/post-key.ts';
import { Chain } from '../chains/chain.ts';
import { longestLoader } from '../chains/loader.ts';
import { DepthCountType } from '../depth-count.ts';
import { treePage } from './connection.ts';
import { depthsLoader, responsesLoader, rootLoader, sizeOf, sumsLoader, viralityLoader } from './loader.ts';
import type { Responses } from './responses.ts';

/** Identifies a conversation by its topmost known post. */
export type ConversationKey = { readonly rootId: string };

const ResponseTimes = builder.objectRef<Responses>('ResponseTimes').implement({
  description:
    "How fast a conversation was answered. The author's own replies to the root, to those and so on are one opening with " +
    'it: they are no responses, and whoever answers one of them answers the opening. Every other post is a response to ' +
    'the post that it replies to. Posts without a known time of day are left out.',
  fields: (t) => ({
    opening: t.field({
      type: 'SafeInt',
      description: 'Posts of the opening, the root included: more than 1 when the author wrote a thread.',
      resolve: ({ opening }) => opening,
    }),
    first: t.field({
      type: 'Duration',
      nullable: true,
      description: 'From the root to the first response to the opening; null without one.',
      resolve: ({ first }) => first,
    }),
    median: t.field({
      type: 'Duration',
      nullable: true,
      description:
        'Median, over all responses, of the time since the post that is answered; null without any.',
      resolve: ({ median }) => median,
    }),
  }),
});

/** Finds a post's conversation; null when no stream has the post. */
async function findConversation(context: Context, postId: string): Promise<ConversationKey | null> {
  const rootId = await loaderOf(context, rootLoader).load(postId);
  return rootId === null ? null : { rootId };
}

export const Conversation = builder.node(builder.objectRef<ConversationKey>('Conversation'), {
  description: 'A post and all replies to it, at any depth and of any stream; each post counts once.',
  id: {
    resolve: ({ rootId }) => `X:${xIdOf(rootId)}`,
    description:
      'Global id of this conversation. When a post above its root is collected later, it leads to the larger one.',
  },
  loadOne: (id, context) => {
    const [, platformId = ''] = /^X:(.+)$/s.exec(id) ?? [];
    return isPlatformId('X', platformId) ? findConversation(context, xKey(platformId)) : null;
  },
  fields: (t) => ({
    root: t.field({
      type: Post,
      description:
        'The topmost post that was collected. Its `depth` is null when it replies to one that was not.',
      resolve: async ({ rootId }, _args, context) =>
        must(
          await loaderOf(context, standingPostLoader).load(rootId),
          'a known post has a row that stands for it',
        ),
    }),
    size: t.field({
      type: 'SafeInt',
      description: 'Posts in it, the root included.',
      resolve: async ({ rootId }, _args, context) =>
        sizeOf(await loaderOf(context, depthsLoader).load(rootId)),
    }),
    maxDepth: t.int({
      description: 'Replies on its longest path, from the root down.',
      resolve: async ({ rootId }, _args, context) =>
        (await loaderOf(context, depthsLoader).load(rootId)).at(-1)?.depth ?? 0,
    }),
    participants: t.field({
      type: 'SafeInt',
      description: 'Distinct authors of its posts.',
      resolve: async ({ rootId }, _args, context) =>
        (await loaderOf(context, sumsLoader).load(rootId)).participants,
    }),
    engagement: t.field({
      type: 'SafeInt',
      description: 'Engagement summed over its posts, of those known; 0 when it is known of none.',
      resolve: async ({ rootId }, _args, context) =>
        (await loaderOf(context, sumsLoader).load(rootId)).engagement,
    }),
    depths: t.field({
      type: [DepthCountType],
      description: 'How many of its posts stand at each depth below the root, from 0 to maxDepth.',
      resolve: ({ rootId }, _args, context) => loaderOf(context, depthsLoader).load(rootId),
    }),
    longestChain: t.field({
      type: Chain,
      description: 'Its longest path; of equally long ones the one that ends in the oldest post.',
      resolve: ({ rootId }, _args, context) => loaderOf(context, longestLoader).load(rootId),
    }),
    virality: t.float({
      nullable: true,
      description:
        'Mean number of replies between two of its posts, over all pairs: structural virality, as Goel et al. define it ' +
        '(Management Science, 2016). Close to 2 when everybody answers the root, larger the more people answer answers; ' +
        'null of a single post.',
      resolve: ({ rootId }, _args, context) => loaderOf(context, viralityLoader).load(rootId),
    }),
    responseTimes: t.field({
      type: ResponseTimes,
      description: 'How fast it was answered.',
      resolve: ({ rootId }, _args, context) => loaderOf(context, responsesLoader).load(rootId),
    }),
  }),
});

builder.objectField(Conversation, 'posts', (t) =>
  t.connection(
    {
      type: Post,
      description:
        'Its posts, depth-first; replies to the same post come oldest first. When several streams have a post, the ' +
        'one that counts across streams is shown. A cursor is valid while its post, or the post that this one ' +
        'replies to, is in the conversation; after that it is BAD_INPUT.',
      complexity: listCost(5),
      resolve: ({ rootId }, args, context) => treePage(context, rootId, args),
    },
    PostConnection,
  ),
);

builder.objectField(Post, 'conversation', (t) =>
  t.field({
    type: Conversation,
    nullable: true,
    description: 'The conversation of the post; of the post alone when it is no reply and has none.',
    ...readingPost([], ({ postId }, _args, context) => findConversation(context, postId)),
  }),
);

builder.queryField('conversation', (t) =>
  t.field({
    type: Conversation,
    nullable: true,
    description:
      'The conversation that a post is in, be it the root or a reply; null when no stream has the post.',
    args: {
      postId: t.arg.globalID({ required: true, for: Post, description: 'The id of one of its posts.' }),
    },
    extensions: recordsReads,
    resolve: (_root, { postId }, context) => {
      const key = parsePostId(postId.id);
      if (key === null) throw new NotFoundError('No such post');
      return findConversation(context, key.postId);
    },
  }),
);
