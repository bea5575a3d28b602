import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { createLoader } from '../../graphql/loader.ts';
import { loadersBy } from '../../graphql/loaders-by.ts';
import { parseFirst } from '../../shared/page.ts';
import { parseRate } from '../../shared/ratio.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { postsLoader } from '../hashtag/loader.ts';
import { type Relation, relationOf } from './compute.ts';
import { countAllPosts, findShared, postsLookedAt, type Shared } from './query.ts';

type RelatedData = Relation & { readonly tag: string; readonly posts: number };

export const RelatedHashtag = builder.objectRef<RelatedData>('RelatedHashtag').implement({
  description: 'A hashtag that shares posts with another one.',
  fields: (t) => ({
    hashtag: t.field({ type: Hashtag, description: 'The hashtag.', resolve: ({ tag }) => ({ tag }) }),
    cooccurrenceRate: t.exposeFloat('cooccurrenceRate', {
      description: 'Posts with both divided by posts with the first, 0 to 1.',
    }),
    lift: t.exposeFloat('lift', {
      description:
        'How many times likelier a post with the first has it than any post does: the rate divided by the share of all posts that have it. ' +
        '1 is chance.',
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts with both, among the posts of the first that were read.',
      resolve: ({ posts }) => posts,
    }),
  }),
});

/** Loads the hashtags that share posts with several hashtags together. */
const sharedBy = ({ db, reads }: Context) =>
  loadersBy((minRate: number, first: number) =>
    createLoader<string, readonly Shared[]>((tags) => {
      reads.all();
      return findShared(db, tags, { minRate, first });
    }),
  );

/** Counts all posts once in a request. */
const allPosts = ({ db }: Context) => ({ posts: countAllPosts(db) });

builder.objectField(Hashtag, 'related', (t) =>
  t.field({
    type: [RelatedHashtag],
    description: `Hashtags that share posts with this one, highest rate first; ties are alphabetical. Covers its newest ${postsLookedAt.toLocaleString('en-US')} posts when it has more.`,
    args: {
      minRate: t.arg.float({
        required: true,
        defaultValue: 0.1,
        description: 'Only hashtags in at least this share of its posts, 0 to 1.',
      }),
      first: t.arg.int({ required: true, defaultValue: 10, description: 'How many, 1 to 200.' }),
    },
    complexity: listCost(20),
    resolve: async ({ tag }, { minRate, first }, context): Promise<readonly RelatedData[]> => {
      const shared = await loaderOf(context, sharedBy)(parseRate(minRate, 'minRate'), parseFirst(first)).load(
        tag,
      );
      if (shared.length === 0) return [];
      const all = await loaderOf(context, allPosts).posts;
      const posts = loaderOf(context, postsLoader);
      return Promise.all(
        shared.map(async ({ tag: other, both, of }) => ({
          tag: other,
          posts: both,
          ...relationOf(both, of, await posts.load(other), all),
        })),
      );
    },
  }),
);
