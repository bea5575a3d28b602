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
      'Posts with the highest figure first; equal values: newest first. Reposts, and posts whose figure is unknown, are left out.',
    args: {
      by: t.arg({
        type: Metric,
        required: true,
        defaultValue: 'ENGAGEMENT',
        description: 'What posts are compared by: any but POSTS and AUTHORS.',
      }),
      ...topListArgs(1),
    },
    complexity: listCost(10),
    resolve: (scope, { by, ...page }, { db }) => listTopPosts(db, scope, by, ...parseTopList(page)),
  }),
);
