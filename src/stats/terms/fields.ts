import { Emote } from '../../entities/post/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import { loadTotal } from '../kernel/activity.ts';
import { previousScope, Stats, type StatsData } from '../kernel/fields.ts';
import { listTopTerms } from '../kernel/day-tallies.ts';
import type { Tally } from '../kernel/tallies.ts';
import { countsLoader, emotesLoader } from './loader.ts';
import { type TermKind as TermKindName, termKinds } from './kinds.ts';
import { lookedThroughMax } from './query.ts';

const TermKind = builder.enumType('TermKind', {
  description: 'What is counted as a term of a post.',
  values: termKinds,
});

type TermCountData = Tally & {
  readonly kind: TermKindName;
  readonly share: number;
  readonly scope: StatsData;
};

const TermCount = builder.objectRef<TermCountData>('TermCount').implement({
  description: 'A term, and how often it was used.',
  fields: (t) => ({
    term: t.string({ description: 'The term, without its #, @ or $.', resolve: ({ value }) => value }),
    kind: t.field({ type: TermKind, description: 'The kind of term.', resolve: ({ kind }) => kind }),
    count: t.field({ type: 'SafeInt', description: 'Posts that use it.', resolve: ({ posts }) => posts }),
    share: t.exposeFloat('share', { description: 'count / all posts of the range, 0 to 1.' }),
    engagement: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'Sum of the engagement of the posts that use it, of those where it is known; null when it is known of none. Reposts have no ' +
        'engagement of their own.',
      resolve: ({ engagement }) => engagement,
    }),
    emote: t.field({
      type: Emote,
      nullable: true,
      description:
        `For an EMOTE: the emote with its picture, from the newest ${lookedThroughMax} messages of the range. It has no picture when ` +
        'none of these messages uses it. Null for other kinds of terms.',
      resolve: ({ kind, value, scope }, _args, context) =>
        kind === 'EMOTE' ? loaderOf(context, emotesLoader).load({ scope, name: value }) : null,
    }),
    previous: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'Posts that used it in the previous range, which is that of `Stats.previous`; null when the range has no `from`.',
      resolve: ({ value, kind, scope }, _args, context) => {
        const before = previousScope(scope, 'PERIOD', context);
        return before && loaderOf(context, countsLoader).load({ scope: before, kind, value });
      },
    }),
  }),
});

builder.objectField(Stats, 'topTerms', (t) =>
  t.field({
    type: [TermCount],
    description:
      'The most used terms, by number of posts; equal counts: alphabetical (by code point). QUERY_TOO_COMPLEX for a range of a chat ' +
      'whose days together have more than 64 MB of different terms, or whose months have more than 16 MB of them, compressed.',
    args: {
      kind: t.arg({ type: TermKind, required: true, description: 'What is counted.' }),
      ...topListArgs(20),
    },
    complexity: listCost(10),
    resolve: async (scope, { kind, ...page }, { db }) => {
      const top = listTopTerms(db, scope, kind, ...parseTopList(page));
      const [tallies, { posts }] = await Promise.all([top, loadTotal(db, scope, ['posts'])]);
      // Each property is named: a copy by `...` of what postgres.js made takes a kilobyte.
      return tallies.map(({ value, posts: used, engagement, engaged }) => {
        return { value, posts: used, engagement, engaged, kind, share: used / posts, scope };
      });
    },
  }),
);
