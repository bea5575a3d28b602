import { Post } from '../../entities/post/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import { Metric } from '../../graphql/inputs.ts';
import { Stats } from '../kernel/fields.ts';
import { listTopPosts } from './query.ts';

builder.objectField(Stats, 'topPosts', (t) =>
  t.field({
    type: [Post],
    description:
      'Posts with the highest figure first; equal figures: newest first. Without reposts, and without posts whose figure is unknown.',
    args: {
      by: t.arg({
        type: Metric,
        required: true,
        defaultValue: 'ENGAGEMENT',
        description: 'The figure that posts are sorted by: any except POSTS and AUTHORS.',
      }),
      ...topListArgs(1),
    },
    complexity: listCost(10),
    resolve: (scope, { by, ...page }, { db }) => listTopPosts(db, scope, by, ...parseTopList(page)),
  }),
);
