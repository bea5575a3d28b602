import { Author } from '../../entities/author/fields.ts';
import { authorLoader } from '../../entities/author/loader.ts';
import { Post } from '../../entities/post/fields.ts';
import { postLoader } from '../../entities/post/loader.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { parseTag } from '../../shared/hashtag.ts';
import { RelatedHashtag } from '../related/fields.ts';
import { type TrendData, TrendingHashtag } from '../trending/fields.ts';
import { parseEnd, parseWindow, windowRule } from '../trending/window.ts';
import { findTrend, keptMs } from '../trending/windows.ts';
import type { Share } from './compute.ts';
import { type Explanation, explain, textsMax } from './load.ts';
import type { AuthorRow, UseRow } from './query.ts';

/** A post or an author as a stream has it, and its share. */
type ShareData = AuthorKey & { readonly postId: string | null; readonly share: number };
type AuthorKey = { readonly streamId: number; readonly authorId: string };

const TrendShare = builder.objectRef<ShareData>('TrendShare').implement({
  description: 'A post or an author, and the part that it has in the use of a hashtag.',
  fields: (t) => ({
    post: t.field({
      type: Post,
      nullable: true,
      description: 'The post; null of an author.',
      resolve: ({ streamId, postId }, _args, context) =>
        postId === null ? null : loaderOf(context, postLoader).load({ streamId, postId }),
    }),
    author: t.field({
      type: Author,
      nullable: true,
      description: 'The author: of a post, who wrote it.',
      resolve: ({ streamId, authorId }, _args, context) =>
        loaderOf(context, authorLoader).load({ streamId, authorId }),
    }),
    share: t.exposeFloat('share', { description: 'Share of the posts that it accounts for, 0 to 1.' }),
  }),
});

const toShare = ({ of, share }: Share<AuthorRow | UseRow>): ShareData => ({
  streamId: of.streamId,
  authorId: of.authorId,
  postId: 'postId' in of ? of.postId : null,
  share,
});

type ExplanationData = Explanation & { readonly tag: string; readonly trend: TrendData };

const ofNewest = `of the newest ${textsMax.toLocaleString('en-US')} posts when there are more`;

const TrendExplanation = builder.objectRef<ExplanationData>('TrendExplanation').implement({
  description: "What explains a hashtag's use in a window: figures over its posts alone, each once.",
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'Lower case, without #.' }),
    trending: t.field({
      type: TrendingHashtag,
      description: 'Its place in the window, ranked by COUNT.',
      resolve: ({ trend }) => trend,
    }),
    beganAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'The minute in which the rise began: when one rate before it and a higher one from it on explain the posts of the window ' +
        'and of the one before it ten times better than one steady rate. Null when they do not. In windows of over a week, the ' +
        'first of some minutes.',
      resolve: ({ beganAt }) => (beganAt === null ? null : new Date(beganAt)),
    }),
    beganBetween: t.field({
      type: ['DateTime'],
      nullable: true,
      description: 'The first and the last minute of the interval that holds it with 80 % probability.',
      resolve: ({ beganBetween }) => beganBetween?.map((at) => new Date(at)) ?? null,
    }),
    posts: t.field({
      type: [TrendShare],
      description:
        'The fewest posts that account for more than half of them, 10 at most, largest share first: itself and what answers or ' +
        `quotes it in the window, directly or through others, ${ofNewest}. Those that account for themselves alone are left out.`,
      resolve: ({ posts }) => posts.map(toShare),
    }),
    authors: t.field({
      type: [TrendShare],
      description:
        'The fewest authors who wrote more than half of them, 10 at most, largest share first. Those of a single post are left out.',
      resolve: ({ authors }) => authors.map(toShare),
    }),
    with: t.field({
      type: [RelatedHashtag],
      description:
        'Hashtags that rose with it, those in most of its posts first: used more than in the window before, and likelier beside ' +
        'it than in any post of the window. Rates and lifts are of the window.',
      resolve: (explanation) => explanation.with,
    }),
    sentimentBefore: t.exposeFloat('sentimentBefore', {
      nullable: true,
      description:
        'Mean score of its posts before the rise, back to the start of the window before, -1 to 1; without a rise, before the ' +
        'window. Null when none has a score.',
    }),
    sentimentAfter: t.exposeFloat('sentimentAfter', {
      nullable: true,
      description: 'The same from then on, to the end of the window.',
    }),
    topAuthorShare: t.exposeFloat('topAuthorShare', {
      description: 'Share of its posts by the one author with most, 0 to 1.',
    }),
    nearDuplicateShare: t.exposeFloat('nearDuplicateShare', {
      description:
        `Share of its posts, ${ofNewest}, that nearly repeat what another author wrote within ten minutes before, 0 to 1: ` +
        'seven of ten runs of three words are the same, links left out.',
    }),
  }),
});

builder.queryField('explainTrend', (t) =>
  t.field({
    type: TrendExplanation,
    description:
      'Why a hashtag is trending in the window: what it stems from, who carries it, and when it began. NOT_FOUND when nobody uses it in the window.',
    args: {
      tag: t.arg.string({
        required: true,
        description: 'With # or without, in capitals or not. BAD_INPUT when it can be no hashtag.',
      }),
      window: t.arg({
        type: 'Duration',
        required: true,
        defaultValue: 3_600_000,
        description: `Its length, ${windowRule}.`,
      }),
      endingAt: t.arg({
        type: 'DateTime',
        description: 'The first instant after the window, to the millisecond; default: now, to the second.',
      }),
    },
    extensions: recordsReads,
    complexity: 50,
    resolve: async (_root, { tag, window, endingAt }, context): Promise<ExplanationData> => {
      const asked = { windowMs: parseWindow(window), endingAt: parseEnd(endingAt) };
      return explainTag(context, parseTag(tag), asked);
    },
  }),
);

type AskedWindow = { readonly windowMs: number; readonly endingAt: number | null };

async function explainTag(context: Context, tag: string, asked: AskedWindow): Promise<ExplanationData> {
  context.reads.all();
  context.reads.keep(keptMs(context.services, asked));
  const trend = await findTrend(context, tag, asked);
  if (trend === null) throw new NotFoundError(`Nobody used #${tag} in this window`);
  return { ...(await explain(context.db, { tag, ...trend.window.stretch })), tag, trend };
}
