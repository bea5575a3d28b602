import { Post } from '../../entities/post/fields.ts';
import type { PostRow } from '../../entities/post/row.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { Metric } from '../../graphql/inputs.ts';
import { createLoader } from '../../graphql/loader.ts';
import { loadersBy } from '../../graphql/loaders-by.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import type { Metric as MetricName } from '../../shared/stat-metric.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { listTopPosts } from './query.ts';

/** Loads the top posts of several hashtags together. */
const topPosts = ({ db, reads }: Context) =>
  loadersBy((by: MetricName, first: number, offset: number) =>
    createLoader<string, readonly PostRow[]>((tags) => {
      reads.all();
      return listTopPosts(db, tags, by, [first, offset]);
    }),
  );

builder.objectField(Hashtag, 'topPosts', (t) =>
  t.field({
    type: [Post],
    description:
      'The posts that use it, highest figure first; ties are newest first. Posts whose figure is unknown are left out.',
    args: {
      by: t.arg({
        type: Metric,
        required: true,
        defaultValue: 'ENGAGEMENT',
        description: 'The figure to sort by: any but POSTS and AUTHORS.',
      }),
      ...topListArgs(10),
    },
    complexity: listCost(20),
    resolve: ({ tag }, { by, ...page }, context) =>
      loaderOf(context, topPosts)(by, ...parseTopList(page)).load(tag),
  }),
);
