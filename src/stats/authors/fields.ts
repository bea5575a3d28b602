import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import { AuthorCount } from '../../entities/author/count.ts';
import { Stats } from '../kernel/fields.ts';
import { listTopAuthors } from './query.ts';

builder.objectField(Stats, 'topAuthors', (t) =>
  t.field({
    type: [AuthorCount],
    description:
      'The authors of the posts, most posts first; equal counts: by id. An account has one author, a topic many.',
    args: topListArgs(10),
    complexity: listCost(10),
    resolve: async (scope, page, { db }) => {
      const tallies = await listTopAuthors(db, scope, ...parseTopList(page));
      return tallies.map(({ value, ...tally }) => ({ ...tally, authorId: value, streamId: scope.streamId }));
    },
  }),
);
