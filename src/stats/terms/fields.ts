import { Emote } from '../../entities/post/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import { loadTotal } from '../kernel/activity.ts';
import { previousScope, Stats, type StatsData } from '../kernel/fields.ts';
import { listTop, type Tally } from '../kernel/tallies.ts';
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
  description: 'A term, and how much it was used.',
  fields: (t) => ({
    term: t.string({ description: 'The term itself, without its sigil.', resolve: ({ value }) => value }),
    kind: t.field({ type: TermKind, description: 'What it is.', resolve: ({ kind }) => kind }),
    count: t.field({ type: 'SafeInt', description: 'Posts that use it.', resolve: ({ posts }) => posts }),
    share: t.exposeFloat('share', { description: 'count over the posts of the range, 0 to 1' }),
    engagement: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'Engagement of the posts that use it, of those known; null when it is known of none. A repost has none of its own.',
      resolve: ({ engagement }) => engagement,
    }),
    emote: t.field({
      type: Emote,
      nullable: true,
      description:
        `Of an EMOTE, the emote with its picture, as the newest ${lookedThroughMax} messages of the range have it; ` +
        'without one when none of these has the emote. Null for other terms.',
      resolve: ({ kind, value, scope }, _args, context) =>
        kind === 'EMOTE' ? loaderOf(context, emotesLoader).load({ scope, name: value }) : null,
    }),
    previous: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'Posts that used it in the range before, as `Stats.previous` has it; null when the range has no from.',
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
    description: 'The terms that most posts use first; equal counts: alphabetical (by code point).',
    args: {
      kind: t.arg({ type: TermKind, required: true, description: 'What is counted.' }),
      ...topListArgs(20),
    },
    complexity: listCost(10),
    resolve: async (scope, { kind, ...page }, { db }) => {
      const top = listTop(db, scope, kind, ...parseTopList(page));
      const [tallies, { posts }] = await Promise.all([top, loadTotal(db, scope, ['posts'])]);
      // Each property is named: a copy by `...` of what postgres.js made takes a kilobyte.
      return tallies.map(({ value, posts: used, engagement, engaged }) => {
        return { value, posts: used, engagement, engaged, kind, share: used / posts, scope };
      });
    },
  }),
);
