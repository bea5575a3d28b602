import { PostKind, Provider, Weekday } from '../../graphql/inputs.ts';
import { builder } from '../../graphql/builder.ts';
import { SentimentLabel } from '../../entities/post/fields.ts';
import type {
  BurstCondition,
  Condition,
  FollowersLostCondition,
  LikesCondition,
  PostsCondition,
  WordRateCondition,
} from '../condition.ts';

const window = 'How long the window is.';

const SavedSearch = builder.objectRef<PostsCondition>('SavedSearch').implement({
  description:
    'New posts that meet every condition, as in `PostFilter`. A condition that is null holds for every post.',
  fields: (t) => ({
    search: t.string({
      nullable: true,
      description: 'Words in the text.',
      resolve: ({ filter }) => filter.search ?? null,
    }),
    authors: t.stringList({
      nullable: true,
      description: 'By these handles.',
      resolve: ({ filter }) => filter.authors ?? null,
    }),
    hashtags: t.stringList({
      nullable: true,
      description: 'With one of these hashtags.',
      resolve: ({ filter }) => filter.hashtags ?? null,
    }),
    kinds: t.field({
      type: [PostKind],
      nullable: true,
      description: 'Of these kinds.',
      resolve: ({ filter }) => filter.kinds ?? null,
    }),
    providers: t.field({
      type: [Provider],
      nullable: true,
      description: 'That came from one of these.',
      resolve: ({ filter }) => filter.providers ?? null,
    }),
    languages: t.stringList({
      nullable: true,
      description: 'In one of these languages.',
      resolve: ({ filter }) => filter.languages ?? null,
    }),
    sentiment: t.field({
      type: SentimentLabel,
      nullable: true,
      description: 'With this sentiment.',
      resolve: ({ filter }) => filter.sentiment ?? null,
    }),
    hasMedia: t.boolean({
      nullable: true,
      description: 'With a picture or film, or without.',
      resolve: ({ filter }) => filter.hasMedia ?? null,
    }),
    minLikes: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'With at least this many likes when they arrived.',
      resolve: ({ filter }) => filter.minLikes ?? null,
    }),
    mentions: t.stringList({
      nullable: true,
      description: 'That mention one of these accounts.',
      resolve: ({ filter }) => filter.mentions ?? null,
    }),
    domains: t.stringList({
      nullable: true,
      description: 'With a link to one of these hosts.',
      resolve: ({ filter }) => filter.domains ?? null,
    }),
    emojis: t.stringList({
      nullable: true,
      description: 'With one of these emoji.',
      resolve: ({ filter }) => filter.emojis ?? null,
    }),
    clients: t.stringList({
      nullable: true,
      description: 'Posted with one of these apps.',
      resolve: ({ filter }) => filter.clients ?? null,
    }),
    hours: t.intList({
      nullable: true,
      description: 'Posted in one of these hours, 0 to 23.',
      resolve: ({ filter }) => filter.hours ?? null,
    }),
    weekdays: t.field({
      type: [Weekday],
      nullable: true,
      description: 'Posted on one of these days of the week.',
      resolve: ({ filter }) => filter.weekdays ?? null,
    }),
    timeZone: t.field({
      type: 'TimeZone',
      nullable: true,
      description: 'Whose hours and days; null: those of UTC.',
      resolve: ({ filter }) => filter.timeZone ?? null,
    }),
  }),
});

const BurstThreshold = builder.objectRef<BurstCondition>('BurstThreshold').implement({
  description: 'A hashtag that is used more than its past predicts.',
  fields: (t) => ({
    hashtag: t.string({ description: 'In lower case, without #.', resolve: ({ tag }) => tag }),
    window: t.field({ type: 'Duration', description: window, resolve: ({ windowMs }) => windowMs }),
    minScore: t.exposeFloat('minScore', { description: 'Standard scores above its expectation.' }),
    minPosts: t.exposeInt('minPosts', { description: 'Posts in the window.' }),
  }),
});

const WordRateThreshold = builder.objectRef<WordRateCondition>('WordRateThreshold').implement({
  description: 'Posts that use a word within a window.',
  fields: (t) => ({
    word: t.exposeString('word', { description: 'The word, words or phrase.' }),
    window: t.field({ type: 'Duration', description: window, resolve: ({ windowMs }) => windowMs }),
    minPosts: t.exposeInt('minPosts', { description: 'Posts in the window.' }),
    timesUsual: t.exposeFloat('times', {
      nullable: true,
      description: 'Minimum multiple of the usual number; null when minPosts alone decides.',
    }),
  }),
});

const LikesThreshold = builder.objectRef<LikesCondition>('LikesThreshold').implement({
  description: 'A post with far more likes than is normal for its account.',
  fields: (t) => ({
    timesNormal: t.exposeFloat('times', {
      description: 'Minimum multiple of the median of the 100 posts before it.',
    }),
    minLikes: t.exposeInt('minLikes', { description: 'Minimum number of likes.' }),
    within: t.field({
      type: 'Duration',
      description: 'How old a post may be.',
      resolve: ({ withinMs }) => withinMs,
    }),
  }),
});

const FollowersLostThreshold = builder.objectRef<FollowersLostCondition>('FollowersLostThreshold').implement({
  description: 'Followers below the highest reading of a period.',
  fields: (t) => ({
    count: t.exposeInt('count', {
      nullable: true,
      description: 'Minimum number of followers lost; null when percent is set.',
    }),
    percent: t.exposeFloat('percent', {
      nullable: true,
      description: 'Minimum loss in per cent of the highest reading; null when count is set.',
    }),
    within: t.field({
      type: 'Duration',
      description: 'How long the period is.',
      resolve: ({ withinMs }) => withinMs,
    }),
  }),
});

const types = {
  POSTS: SavedSearch,
  BURST: BurstThreshold,
  WORD_RATE: WordRateThreshold,
  LIKES: LikesThreshold,
  FOLLOWERS_LOST: FollowersLostThreshold,
} as const;

export const AlertCondition = builder.unionType('AlertCondition', {
  description: 'What fires an alert.',
  types: Object.values(types),
  resolveType: (condition) => types[(condition as Condition).kind],
});
