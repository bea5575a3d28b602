import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { countedConnection } from '../../graphql/counted-connection.ts';
import { Platform } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { BadInputError } from '../../shared/errors.ts';
import { isPlatformId } from '../../shared/post-key.ts';
import { PostFilter } from './filter.ts';
import { Stream } from '../stream/fields.ts';
import { Post } from './fields.ts';
import { postOrders } from './list.ts';
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
      resolve: ({ streamId }, { filter, orderBy, ...args }, context) => {
        const conditions = parseFilter(filter, true);
        const streams = conditions.streams?.filter((id) => id === streamId) ?? [streamId];
        const asked = { conditions: { ...conditions, streams }, order: orderBy, args };
        return postPage(context, asked);
      },
    },
    PostConnection,
  ),
);

builder.queryField('posts', (t) =>
  t.connection(
    {
      type: Post,
      description:
        'Posts of all streams, with posts by others that were fetched for conversations. A post that several streams have comes once for each.',
      extensions: recordsReads,
      args: postArgs,
      complexity: listCost(5),
      resolve: (_root, { filter, orderBy, ...args }, context) =>
        postPage(context, { conditions: parseFilter(filter, null), order: orderBy, args }),
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
