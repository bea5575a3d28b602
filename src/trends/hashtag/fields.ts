import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { findTag, parseTag } from '../../shared/hashtag.ts';
import { authorsLoader, postsLoader, spanLoader } from './loader.ts';

/** A hashtag in its counted form: see `parseTag`. */
export type HashtagKey = { readonly tag: string };

export const Hashtag = builder.node(builder.objectRef<HashtagKey>('Hashtag'), {
  description:
    'A hashtag over all streams. Each post counts once; reposts do not count, since their terms are those of the original.',
  id: { resolve: (hashtag) => hashtag.tag, description: 'The global id of this hashtag, for `node`.' },
  loadOne: (id) => {
    const tag = findTag(id);
    return tag === null ? null : { tag };
  },
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'Lower case, without #.' }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts that use it, without reposts.',
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
        'When the oldest of these posts was posted, or 00:00 UTC of its day when only that is known; null without any.',
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
    description: 'A hashtag; null when no stored post uses it.',
    args: {
      tag: t.arg.string({
        required: true,
        description:
          'With or without #, in any case: `#OpenData` is `opendata`. BAD_INPUT when it cannot be a hashtag.',
      }),
    },
    extensions: recordsReads,
    resolve: async (_root, { tag }, context) => {
      const parsed = parseTag(tag);
      return (await loaderOf(context, spanLoader).load(parsed)) === null ? null : { tag: parsed };
    },
  }),
);
