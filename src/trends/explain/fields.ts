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
  description: 'A post or an author, and its share of the use of a hashtag.',
  fields: (t) => ({
    post: t.field({
      type: Post,
      nullable: true,
      description: 'The post; null for an author.',
      resolve: ({ streamId, postId }, _args, context) =>
        postId === null ? null : loaderOf(context, postLoader).load({ streamId, postId }),
    }),
    author: t.field({
      type: Author,
      nullable: true,
      description: 'The author, or the author of the post.',
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
  description: 'What explains the use of a hashtag in a window. Figures cover only its posts, each once.',
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'Lower case, without #.' }),
    trending: t.field({
      type: TrendingHashtag,
      description: 'Its rank in the window by COUNT.',
      resolve: ({ trend }) => trend,
    }),
    beganAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'The minute in which the rise began. Null unless one rate before it and a higher rate after it explain the posts of the ' +
        'window and of the window before ten times better than one steady rate. In windows of over a week, the first of several ' +
        'minutes.',
      resolve: ({ beganAt }) => (beganAt === null ? null : new Date(beganAt)),
    }),
    beganBetween: t.field({
      type: ['DateTime'],
      nullable: true,
      description: 'The first and the last minute of the interval that has `beganAt` with 80 % probability.',
      resolve: ({ beganBetween }) => beganBetween?.map((at) => new Date(at)) ?? null,
    }),
    posts: t.field({
      type: [TrendShare],
      description:
        'The fewest posts that account for more than half of the posts, 10 at most, largest share first. A post accounts for itself ' +
        `and for posts that answer or quote it in the window, directly or through others, ${ofNewest}. Posts that account only for themselves are left out.`,
      resolve: ({ posts }) => posts.map(toShare),
    }),
    authors: t.field({
      type: [TrendShare],
      description:
        'The fewest authors who wrote more than half of the posts, 10 at most, largest share first. Authors of a single post are left out.',
      resolve: ({ authors }) => authors.map(toShare),
    }),
    with: t.field({
      type: [RelatedHashtag],
      description:
        'Hashtags that rose with it, those in most of its posts first. They are used more than in the window before, and are likelier ' +
        'in its posts than in any post of the window. Rates and lifts are of the window.',
      resolve: (explanation) => explanation.with,
    }),
    sentimentBefore: t.exposeFloat('sentimentBefore', {
      nullable: true,
      description:
        'Mean score of its posts from the start of the window before to the rise (without a rise, to the window), -1 to 1. Null ' +
        'when none has a score.',
    }),
    sentimentAfter: t.exposeFloat('sentimentAfter', {
      nullable: true,
      description:
        'Mean score of its posts from the rise (without a rise, from the start of the window) to the end of the window, -1 to 1. Null when none has a score.',
    }),
    topAuthorShare: t.exposeFloat('topAuthorShare', {
      description: 'Share of its posts by the author with most, 0 to 1.',
    }),
    nearDuplicateShare: t.exposeFloat('nearDuplicateShare', {
      description:
        `Share of its posts, ${ofNewest}, that nearly repeat a post by another author of the ten minutes before, 0 to 1. ` +
        'Two posts nearly repeat when seven of ten runs of three words are the same, without links.',
    }),
  }),
});

builder.queryField('explainTrend', (t) =>
  t.field({
    type: TrendExplanation,
    description:
      'Explains why a hashtag is trending in a window: its source posts, its authors, and when it began. NOT_FOUND when nobody uses it in the window.',
    args: {
      tag: t.arg.string({
        required: true,
        description: 'With or without #, in any case. BAD_INPUT when it cannot be a hashtag.',
      }),
      window: t.arg({
        type: 'Duration',
        required: true,
        defaultValue: 3_600_000,
        description: `The length of the window, ${windowRule}.`,
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
