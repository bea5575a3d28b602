import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { Platform, PostKind, Provider } from '../../graphql/inputs.ts';
import { readingOf, readsOfSelection } from '../../graphql/reading.ts';
import { must } from '../../shared/errors.ts';
import { engagementOf } from '../../shared/metrics.ts';
import type { ChatEmote } from '../../shared/post.ts';
import { platformIdOf, xIdOf } from '../../shared/post-key.ts';
import { sentimentLabel, sentimentLabels } from '../../shared/sentiment.ts';
import { Author } from '../author/fields.ts';
import { authorLoader } from '../author/loader.ts';
import type { AuthorKey } from '../author/query.ts';
import { pictureAt, pictureDescription } from '../picture.ts';
import { Stream } from '../stream/fields.ts';
import { streamLoader } from '../stream/loader.ts';
import type { AlwaysRead } from './columns.ts';
import { parsePostId, postIdOf } from './global-id.ts';
import { answeredLoader, depthLoader, historyLoader, postLoader, standingPostLoader } from './loader.ts';
import type { MetricsRow, PostRow } from './row.ts';

const readingMetrics = readingOf<MetricsRow>();
/** Makes options of a field of `Post`, which tell the columns that it reads. */
export const readingPost = readingOf<PostRow, AlwaysRead>();

const figures = {
  likes: 'Likes received.',
  reposts: 'Reposts received.',
  replies: 'Replies received.',
  quotes: 'Quotes received.',
  bookmarks: 'Bookmarks received.',
} as const;

const PostMetrics = builder.objectRef<MetricsRow>('PostMetrics').implement({
  description:
    'Figures of a post. Null: the source does not give the figure (an archive has no replies, the oldest archives no ' +
    'likes). Zero: none.',
  fields: (t) => ({
    observedAt: t.field({
      type: 'DateTime',
      description: 'When the platform reported these figures.',
      ...readingMetrics(['observedAt'], ({ observedAt }) => observedAt),
    }),
    ...Object.fromEntries(
      (Object.keys(figures) as (keyof typeof figures)[]).map((name) => [
        name,
        t.field({
          type: 'SafeInt',
          nullable: true,
          description: figures[name],
          ...readingMetrics([name], (metrics) => metrics[name]),
        }),
      ]),
    ),
    engagement: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'likes + reposts + replies + quotes, as far as they are known; null when none is known.',
      ...readingMetrics(['likes', 'reposts', 'replies', 'quotes'], engagementOf),
    }),
    impressions: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'Times shown. Null when it was not measured and cannot be estimated. The estimate is (likes + reposts) times the ' +
        "stream's ratio: see `Totals.impressionsPerReaction`.",
      ...readingMetrics(['impressions'], ({ impressions }) => impressions),
    }),
    impressionsEstimated: t.boolean({
      description: 'True when the platform gave no impressions and `impressions` is the documented estimate.',
      ...readingMetrics(['impressionsEstimated'], ({ impressionsEstimated }) => impressionsEstimated),
    }),
  }),
});

const MediaKind = builder.enumType('MediaKind', {
  description: 'The kind of a medium.',
  values: {
    PHOTO: { description: 'A picture.' },
    VIDEO: { description: 'A video.' },
    GIF: { description: 'An animation.' },
  } as const,
});
const Media = builder.objectRef<NonNullable<PostRow['media']>[number]>('Media').implement({
  description: 'A picture, video or animation of a post.',
  fields: (t) => ({
    kind: t.field({ type: MediaKind, description: 'What it is.', resolve: (media) => media.kind }),
    url: t.field({ type: 'URL', description: 'The file at the platform.', resolve: (media) => media.url }),
    previewUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'A still picture of a video or animation; null without one.',
      resolve: (media) => media.previewUrl,
    }),
    preview: t.string({
      nullable: true,
      description: `The picture itself, or the still picture of a video or animation, ${pictureDescription}`,
      resolve: ({ kind, url, previewUrl }, _args, context) =>
        pictureAt(kind === 'PHOTO' ? url : previewUrl, context),
    }),
    alt: t.string({
      nullable: true,
      description: 'The description for people who cannot see it; null when the author wrote none.',
      resolve: (media) => media.alt,
    }),
  }),
});

export const Emote = builder.objectRef<ChatEmote>('Emote').implement({
  description: 'A small picture in a chat message, which is written as a word.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The word, as written.' }),
    imageUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'Address of the picture; null when unknown.',
      resolve: (emote) => emote.imageUrl,
    }),
    image: t.string({
      nullable: true,
      description: `The picture, ${pictureDescription}`,
      resolve: ({ imageUrl }, _args, context) => pictureAt(imageUrl, context),
    }),
  }),
});

export const SentimentLabel = builder.enumType('SentimentLabel', {
  description:
    'Sentiment as a word: POSITIVE from a score of 0.05 up, NEGATIVE from -0.05 down, else NEUTRAL.',
  values: sentimentLabels,
});
const Sentiment = builder.objectRef<number>('Sentiment').implement({
  description: "Sentiment of a text, by VADER's rules for English and by word lists for other languages.",
  fields: (t) => ({
    score: t.float({ description: '-1 (most negative) to 1 (most positive).', resolve: (score) => score }),
    label: t.field({ type: SentimentLabel, description: 'The score as a word.', resolve: sentimentLabel }),
  }),
});

const PostRef = builder.objectRef<PostRow>('Post');

/** Returns the address of a post's page; null when its platform has none. */
function postUrl(post: Pick<PostRow, AlwaysRead>): string | null {
  return post.platform === 'X' ? `https://x.com/i/status/${xIdOf(post.postId)}` : null;
}

export const Post = builder.node(PostRef, {
  description: 'A post on X or a message in a chat, as one stream has it.',
  id: {
    description: 'The global id of this post in this stream.',
    ...readingPost([], postIdOf),
  },
  loadOne: (id, context) => {
    const key = parsePostId(id);
    return key === null ? null : loaderOf(context, postLoader).load(key);
  },
  fields: (t) => ({
    platform: t.field({
      type: Platform,
      description: 'The platform that it was posted on.',
      ...readingPost([], ({ platform }) => platform),
    }),
    platformId: t.string({
      description: "The platform's own id, e.g. 1849837218345.",
      ...readingPost(['platformId'], platformIdOf),
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'The address of its page on the platform; null for a chat message.',
      ...readingPost([], postUrl),
    }),
    author: t.field({
      type: Author,
      description: 'The author.',
      ...readingPost(
        ['authorId', 'author'],
        ({ streamId, authorId, author }, _args, context) =>
          author ?? authorOf(context, { streamId, authorId }),
      ),
    }),
    stream: t.field({
      type: Stream,
      description: 'The stream that this copy of the post is in.',
      ...readingPost([], async ({ streamId }, _args, context) =>
        must(await loaderOf(context, streamLoader).load(streamId), 'a post is deleted with its stream'),
      ),
    }),
    kind: t.field({
      type: PostKind,
      description: 'Original, reply, repost, quote or chat message.',
      ...readingPost(['kind'], ({ kind }) => kind),
    }),
    text: t.string({
      description: 'The text as people read it, with full links.',
      ...readingPost(['text'], ({ text }) => text),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was posted; 00:00 UTC of the day when only that is known.',
      ...readingPost([], ({ createdAt }) => createdAt),
    }),
    hourKnown: t.boolean({
      description:
        'False when the source gives only the day, as archives of 2012 to 2018 do for posts before November 2010.',
      ...readingPost(['hourUnknown'], ({ hourUnknown }) => !hourUnknown),
    }),
    language: t.string({
      nullable: true,
      description: 'Language as ISO 639-1; null when undetermined.',
      ...readingPost(['language'], ({ language }) => language),
    }),
    metrics: t.field({
      type: PostMetrics,
      description: 'The newest figures known.',
      extensions: readsOfSelection,
      resolve: (post) => post,
    }),
    history: t.field({
      type: [PostMetrics],
      description: 'The metrics after each observed change, oldest first.',
      complexity: { field: 1, multiplier: 3 },
      extensions: readsOfSelection,
      resolve: async (post, _args, context) => [...(await loaderOf(context, historyLoader).load(post)), post],
    }),
    hashtags: t.stringList({
      description: 'In lower case, without #, each once.',
      ...readingPost(['hashtags'], ({ hashtags }) => hashtags),
    }),
    mentions: t.stringList({
      description: 'Handles in lower case, without @, each once.',
      ...readingPost(['mentions'], ({ mentions }) => mentions),
    }),
    urls: t.field({
      type: ['URL'],
      description: 'Links in full, without those that were cut off with the text.',
      ...readingPost(['urls'], ({ urls }) => urls),
    }),
    media: t.field({
      type: [Media],
      description: 'Pictures, videos and animations of the post.',
      ...readingPost(['media'], ({ media }) => media ?? []),
    }),
    emotes: t.field({
      type: [Emote],
      description: 'Each occurrence of an emote in a chat message, in order.',
      ...readingPost(['emotes'], ({ emotes }) => emotes),
    }),
    badges: t.stringList({
      description: "The author's badges with a chat message, e.g. subscriber/12.",
      ...readingPost(['badges'], ({ badges }) => badges ?? []),
    }),
    bits: t.field({
      type: 'SafeInt',
      description: 'Bits cheered with a chat message; 0 on X.',
      ...readingPost(['bits'], ({ bits }) => bits),
    }),
    sentiment: t.field({
      type: Sentiment,
      nullable: true,
      description:
        'Sentiment of the text. Null when its language has no lexicon, and when the language is unknown and no word ' +
        'carries sentiment.',
      ...readingPost(['sentiment'], ({ sentiment }) => (sentiment === null ? null : sentiment / 10_000)),
    }),
    depth: t.int({
      nullable: true,
      description:
        '0 for the root of a conversation, 1 for a reply to it, and so on, even when other streams have the posts between. Null ' +
        'when a post between was not collected: the root is then unknown.',
      ...readingPost([], ({ postId }, _args, context) => loaderOf(context, depthLoader).load(postId)),
    }),
    provider: t.field({
      type: Provider,
      description: 'The source of its newest figures.',
      ...readingPost(['provider'], ({ provider }) => provider),
    }),
    collectedAt: t.field({
      type: 'DateTime',
      description: 'When it was first collected.',
      ...readingPost(['collectedAt'], ({ collectedAt }) => collectedAt),
    }),
  }),
});

const authorOf = async (context: Context, key: AuthorKey) =>
  must(await loaderOf(context, authorLoader).load(key), 'a post is written with its author');

/**
 * Returns a post that another one refers to: as the other's stream has it, or else as the stream that represents it
 * has it. Null when no stream has it.
 */
const named = async (
  { streamId }: Pick<PostRow, AlwaysRead>,
  postId: string | null,
  context: Context,
): Promise<PostRow | null> =>
  postId === null
    ? null
    : ((await loaderOf(context, postLoader).load({ streamId, postId })) ??
      loaderOf(context, standingPostLoader).load(postId));

/** Returns the message that this one answers, as the channel has it. */
const answered = async (
  { streamId, parentId, createdAt }: Pick<PostRow, AlwaysRead | 'parentId'>,
  context: Context,
): Promise<PostRow | null> =>
  parentId === null
    ? null
    : loaderOf(context, answeredLoader).load({
        streamId,
        platformId: parentId,
        answeredAt: createdAt.getTime(),
      });

builder.objectFields(PostRef, (t) => ({
  parent: t.field({
    type: Post,
    nullable: true,
    description:
      'The post that this one replies to, from this stream or else from another. Null when it replies to none, or to one ' +
      'that was not collected. A chat message is searched for in the hour before its reply.',
    ...readingPost(['parentId'], (post, _args, context) =>
      post.platform === 'X' ? named(post, post.parentId, context) : answered(post, context),
    ),
  }),
  quoted: t.field({
    type: Post,
    nullable: true,
    description:
      'The post that this one quotes, from this stream or else from another. Null when it quotes none, or one that was not ' +
      'collected. Only the id of a quoted post is stored: the post is here when some stream collected it by itself. ' +
      'In an archive, the id is in the link that a quote ends with.',
    ...readingPost(['quotedId'], (post, _args, context) => named(post, post.quotedId, context)),
  }),
  reposted: t.field({
    type: Post,
    nullable: true,
    description:
      'The post that this one reposts, from this stream or else from another. Null when it reposts none, or one that was ' +
      'not collected. Only the id of a reposted post is stored: the post is here when some stream collected it by itself. ' +
      'An archive gives few ids: those of reposts with a picture or video of the original.',
    ...readingPost(['repostedId'], (post, _args, context) => named(post, post.repostedId, context)),
  }),
}));
