import type { GraphQLResolveInfo } from 'graphql';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { selects } from '../../graphql/selects.ts';
import { BadInputError } from '../../shared/errors.ts';
import { dayMs } from '../../shared/instant.ts';
import type { TrendKind as TrendKindName } from '../../shared/trend.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { parseAsked, slidingArgs, windowArgs } from './args.ts';
import type { Trend } from './compute.ts';
import { type AskedWindow, findWindow, keptMs, type TrendingWindow } from './windows.ts';

/** A window with the number of terms to list. */
export type TrendingData = { readonly window: TrendingWindow; readonly first: number };
/** A term in its window. */
export type TrendData = { readonly trend: Trend; readonly rank: number; readonly window: TrendingWindow };

const TrendKind = builder.enumType('TrendKind', {
  description: 'The kind of a term.',
  values: {
    HASHTAG: { description: 'Hashtags, in lower case, without #.' },
    MENTION: { description: 'Accounts mentioned in the text, in lower case, without @.' },
    WORD: { description: 'Words of the text without stop words, as `Stats.topTerms` counts them.' },
  } satisfies Record<TrendKindName, object>,
});

const maxRecent = 30;
const longestRecentMs = 400 * dayMs;

/** Descriptions that hashtags and other terms share. */
export const TrendingHashtag = builder.objectRef<TrendData>('TrendingHashtag');
const termRef = builder.objectRef<TrendData>('TrendingTerm');

const described = {
  rank: 'Rank in the requested order, from 1.',
  count: 'Posts in the window, without reposts. A post in several streams counts once.',
  authors: 'Distinct authors of these posts.',
  expected:
    'Posts expected in a window of this length, by the 28 days before it, its hours of the week, and the same hours of ' +
    'the four weeks before.',
  burst:
    'Standard scores above the expected, 0 when it is as expected. It compares distinct authors per hour: a single author is never above it.',
  previousRank: 'Rank in the window before; null when it was absent, or, with BURST, not above the expected.',
  recent: 'Posts in each of the last windows of this length, oldest first. This window is the last.',
};

/** The fields that need the past of a term. */
const ofThePast = ['expected', 'burst'] as const;

for (const ref of [TrendingHashtag, termRef]) {
  ref.implement({
    description:
      ref === TrendingHashtag ? 'A hashtag in a window.' : 'A hashtag, a mention or a word in a window.',
    fields: (t) => ({
      rank: t.int({ description: described.rank, resolve: ({ rank }) => rank }),
      count: t.field({ type: 'SafeInt', description: described.count, resolve: ({ trend }) => trend.count }),
      authors: t.field({
        type: 'SafeInt',
        description: described.authors,
        resolve: ({ trend }) => trend.authors,
      }),
      expected: t.float({ description: described.expected, resolve: ({ trend }) => trend.expected }),
      burst: t.float({ description: described.burst, resolve: ({ trend }) => trend.burst }),
      previousRank: t.int({
        nullable: true,
        description: described.previousRank,
        complexity: 5,
        resolve: async ({ trend, window }) => (await window.previousRanks()).get(trend.term) ?? null,
      }),
      recent: t.field({
        type: ['SafeInt'],
        description: described.recent,
        args: {
          windows: t.arg.int({
            required: true,
            defaultValue: 6,
            description: `How many, 1 to ${maxRecent}, over at most 400 days together.`,
          }),
        },
        complexity: 5,
        resolve: async ({ trend, window }, { windows }) =>
          (await window.recent(parseRecent(windows, window))).get(trend.term) ?? [],
      }),
    }),
  });
}

builder.objectField(TrendingHashtag, 'hashtag', (t) =>
  t.field({ type: Hashtag, description: 'The hashtag.', resolve: ({ trend }) => ({ tag: trend.term }) }),
);
builder.objectField(termRef, 'term', (t) =>
  t.string({ description: 'The term, without # or @.', resolve: ({ trend }) => trend.term }),
);

function parseRecent(windows: number, { stretch }: TrendingWindow): number {
  if (windows < 1 || windows > maxRecent)
    throw new BadInputError(`Invalid windows: ${windows} asked, 1 to ${maxRecent} allowed`);
  if (windows * (stretch.to - stretch.from) > longestRecentMs)
    throw new BadInputError(`Invalid windows: ${windows} of this length are more than 400 days`);
  return windows;
}

const listed = ({ window, first }: TrendingData): readonly TrendData[] =>
  window.trends.slice(0, first).map((trend, at) => ({ trend, rank: at + 1, window }));

export const Trending = builder.objectRef<TrendingData>('Trending');
const TrendingTerms = builder.objectRef<TrendingData>('TrendingTerms');

for (const ref of [Trending, TrendingTerms]) {
  ref.implement({
    description: 'A sliding window, exact at both ends.',
    fields: (t) => ({
      from: t.field({
        type: 'DateTime',
        description: 'The first instant of the window.',
        resolve: ({ window }) => new Date(window.stretch.from),
      }),
      to: t.field({
        type: 'DateTime',
        description: 'The first instant after the window.',
        resolve: ({ window }) => new Date(window.stretch.to),
      }),
      window: t.field({
        type: 'Duration',
        description: 'The length of the window.',
        resolve: ({ window: { stretch } }) => stretch.to - stretch.from,
      }),
      totalCount: t.field({
        type: 'SafeInt',
        description: 'Distinct terms in the window, listed or not.',
        resolve: ({ window }) => window.total,
      }),
    }),
  });
}

builder.objectField(Trending, 'hashtags', (t) =>
  t.field({
    type: [TrendingHashtag],
    description: 'The first terms in the requested order.',
    resolve: listed,
  }),
);
builder.objectField(TrendingTerms, 'terms', (t) =>
  t.field({ type: [termRef], description: 'The first terms in the requested order.', resolve: listed }),
);
builder.objectField(TrendingTerms, 'kind', (t) =>
  t.field({ type: TrendKind, description: 'The kind of the terms.', resolve: ({ window }) => window.kind }),
);

/** Whether a window needs the past: for its order, or for requested fields. */
export const needsPast = (order: AskedWindow['order'], info: GraphQLResolveInfo): boolean =>
  order === 'BURST' || selects(info, ofThePast);

async function resolveWindow(
  context: Context,
  kind: TrendKindName,
  args: Parameters<typeof parseAsked>[2],
  info: GraphQLResolveInfo,
): Promise<TrendingData> {
  const asked = { ...(await parseAsked(context, kind, args)), withPast: needsPast(args.orderBy, info) };
  context.reads.keep(keptMs(context.services, asked));
  return { window: await findWindow(context, asked), first: asked.first };
}

builder.queryField('trendingHashtags', (t) =>
  t.field({
    type: Trending,
    description: 'The trending hashtags of a window that ends now, or at endingAt.',
    args: { ...slidingArgs, ...windowArgs },
    extensions: recordsReads,
    complexity: listCost(20),
    resolve: (_root, args, context, info) => resolveWindow(context, 'HASHTAG', args, info),
  }),
);

builder.queryField('trendingTerms', (t) =>
  t.field({
    type: TrendingTerms,
    description: 'The trending hashtags, mentions or words of a window that ends now, or at endingAt.',
    args: {
      kind: t.arg({ type: TrendKind, required: true, description: 'The kind of terms.' }),
      ...slidingArgs,
      ...windowArgs,
    },
    extensions: recordsReads,
    complexity: listCost(20),
    resolve: (_root, { kind, ...args }, context, info) => resolveWindow(context, kind, args, info),
  }),
);
