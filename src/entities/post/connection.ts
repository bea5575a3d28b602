import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { countedConnection } from '../../graphql/counted-connection.ts';
import { Platform } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { BadInputError } from '../../shared/errors.ts';
import { isPlatformId } from '../../shared/post-key.ts';
import { authorIdsLoader } from '../author/loader.ts';
import type { PostConditions } from './conditions.ts';
import { PostFilter } from './filter.ts';
import { Stream } from '../stream/fields.ts';
import { Post } from './fields.ts';
import { postOrders } from './order.ts';
import { postPage } from './page.ts';
import { parseFilter } from './parse-filter.ts';
import { findMessage, findXPost } from './query.ts';

const PostOrderEnum = builder.enumType('PostOrder', {
  description: 'The order of a list of posts. Unknown figures come last; ties are newest first.',
  values: postOrders,
});

export const PostConnection = countedConnection(Post, 'Post', 'Posts');

const postArgs = builder.args((t) => ({
  filter: t.field({ type: PostFilter, description: 'Only posts that meet every condition of the filter.' }),
  orderBy: t.field({
    type: PostOrderEnum,
    required: true,
    defaultValue: 'NEWEST',
    description: 'Sort order.',
  }),
}));

builder.interfaceField(Stream, 'posts', (t) =>
  t.connection(
    {
      type: Post,
      description:
        "The stream's own posts, those that `stats` counts. `filter: { own: null }` adds posts by others that were fetched for conversations; `own: false` gives only these.",
      args: postArgs,
      complexity: listCost(5),
      resolve: async ({ streamId, kind }, { filter, orderBy, ...args }, context, info) => {
        const parsed = parseFilter(filter, true);
        const streams = parsed.streams?.filter((id) => id === streamId) ?? [streamId];
        const conditions = kind === 'CHANNEL' ? await byChatters(context, streamId, parsed) : parsed;
        return postPage(context, { conditions: { ...conditions, streams }, order: orderBy, args, info });
      },
    },
    PostConnection,
  ),
);

/**
 * Replaces the authors of a chat's messages by their ids, and says that these are messages. The index posts_chatter then
 * finds those of a quiet chatter, and Postgres knows from its statistics who is a busy one.
 */
async function byChatters(
  context: Context,
  streamId: number,
  conditions: PostConditions,
): Promise<PostConditions> {
  if (conditions.authors === null) return conditions;
  const names = conditions.authors.map((handle) => ({ streamId, handle }));
  const loader = loaderOf(context, authorIdsLoader);
  const authorIds = (await Promise.all(names.map((name) => loader.load(name)))).flat();
  return { ...conditions, authors: null, authorIds, kinds: conditions.kinds ?? ['MESSAGE'] };
}

builder.queryField('posts', (t) =>
  t.connection(
    {
      type: Post,
      description:
        'Posts of all streams, with posts by others that were fetched for conversations. A post that several streams have comes once for each.',
      extensions: recordsReads,
      args: postArgs,
      complexity: listCost(5),
      resolve: (_root, { filter, orderBy, ...args }, context, info) =>
        postPage(context, { conditions: parseFilter(filter, null), order: orderBy, args, info }),
    },
    PostConnection,
  ),
);

builder.queryField('post', (t) =>
  t.field({
    type: Post,
    nullable: true,
    description:
      "A post by the platform's own id, from the stream that collected it last; null when none did.",
    extensions: recordsReads,
    args: {
      platform: t.arg({
        type: Platform,
        required: true,
        defaultValue: 'X',
        description: 'The platform that gave the id.',
      }),
      platformId: t.arg.string({ required: true, description: "The platform's own id." }),
    },
    resolve: (_root, { platform, platformId }, { db, reads }) => {
      if (!isPlatformId(platform, platformId)) {
        throw new BadInputError(`Not an id of ${platform}: ${platformId.slice(0, 60)}`);
      }
      // Any stream may collect it later.
      reads.all();
      return platform === 'TWITCH' ? findMessage(db, platformId) : findXPost(db, platformId);
    },
  }),
);
