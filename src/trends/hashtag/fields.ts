import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { findTag, parseTag } from '../../shared/hashtag.ts';
import { authorsLoader, postsLoader, spanLoader } from './loader.ts';

/** A hashtag as it is counted: see `parseTag`. */
export type HashtagKey = { readonly tag: string };

export const Hashtag = builder.node(builder.objectRef<HashtagKey>('Hashtag'), {
  description:
    'A hashtag, over all its users: the posts of all streams, each once, reposts not counted (their terms are those of the original).',
  id: { resolve: (hashtag) => hashtag.tag, description: 'Global id of this hashtag, as `node` takes it.' },
  loadOne: (id) => {
    const tag = findTag(id);
    return tag === null ? null : { tag };
  },
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'Lower case, without #.' }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts that use it, reposts not counted.',
      resolve: ({ tag }, _args, context) => loaderOf(context, postsLoader).load(tag),
    }),
    authors: t.field({
      type: 'SafeInt',
      description: 'Distinct authors of these posts.',
      complexity: 5,
      resolve: ({ tag }, _args, context) => loaderOf(context, authorsLoader).load(tag),
    }),
    firstSeenAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the oldest of these posts was posted, or 00:00 UTC of its day where only that is known; null without any.',
      resolve: async ({ tag }, _args, context) => {
        const span = await loaderOf(context, spanLoader).load(tag);
        return span && new Date(span.first);
      },
    }),
  }),
});

builder.queryField('hashtag', (t) =>
  t.field({
    type: Hashtag,
    nullable: true,
    description: 'A hashtag, whoever uses it; null when no stored post does.',
    args: {
      tag: t.arg.string({
        required: true,
        description:
          'With # or without, in capitals or not: `#OpenData` is `opendata`. BAD_INPUT when it can be no hashtag.',
      }),
    },
    extensions: recordsReads,
    resolve: async (_root, { tag }, context) => {
      const parsed = parseTag(tag);
      return (await loaderOf(context, spanLoader).load(parsed)) === null ? null : { tag: parsed };
    },
  }),
);
