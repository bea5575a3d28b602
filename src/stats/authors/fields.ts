import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { parseFirst } from '../../shared/page.ts';
import { AuthorCount } from '../../entities/author/count.ts';
import { Stats } from '../scope/fields.ts';
import { listTop } from '../scope/tallies.ts';

builder.objectField(Stats, 'topAuthors', (t) =>
  t.field({
    type: [AuthorCount],
    description:
      "The stream's authors, most posts first, equal counts by id. An account has one, a topic many.",
    args: {
      first: t.arg.int({ required: true, defaultValue: 10, description: 'How many, at most 200.' }),
    },
    complexity: listCost(10),
    resolve: async (scope, { first }, { db }) => {
      const tallies = await listTop(db, scope, 'AUTHOR', parseFirst(first));
      return tallies.map(({ value, ...tally }) => ({ ...tally, authorId: value, streamId: scope.streamId }));
    },
  }),
);
