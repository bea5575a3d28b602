import type DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { findTag } from '../../shared/hashtag.ts';
import { createLoader } from '../../graphql/loader.ts';
import { countPosts } from './query.ts';

/** A hashtag, in lower case, without #. */
type HashtagKey = { readonly tag: string };

const postsLoader = ({ db, reads }: Context): DataLoader<string, number> =>
  createLoader(async (tags) => {
    reads.all();
    const counts = await countPosts(db, tags);
    return tags.map((tag) => counts.get(tag) ?? 0);
  });

export const Hashtag = builder.node(builder.objectRef<HashtagKey>('Hashtag'), {
  description: 'A hashtag, over all its users.',
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
  }),
});
