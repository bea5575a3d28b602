import { PostFilter } from '../../entities/post/filter.ts';
import { builder } from '../../graphql/builder.ts';

const window = 'How long the window is, which ends with the last full minute: PT1M to P7D.';

const BurstInput = builder.inputType('BurstInput', {
  description:
    'A hashtag that rises above what its past leads one to expect. Both figures have to be reached.',
  fields: (t) => ({
    hashtag: t.string({ required: true, description: 'With or without #, whatever its case and width.' }),
    window: t.field({ type: 'Duration', required: true, defaultValue: 3_600_000, description: window }),
    minScore: t.float({
      required: true,
      defaultValue: 3,
      description:
        'How many standard scores above its expectation, as `trendingHashtags(orderBy: BURST)` tells it: 1 to 1,000.',
    }),
    minPosts: t.int({ required: true, defaultValue: 10, description: 'Posts in the window, 1 or more.' }),
  }),
});

const WordRateInput = builder.inputType('WordRateInput', {
  description:
    'Own posts that use a word within a window, reposts left out; a post that several streams have counts once.',
  fields: (t) => ({
    word: t.string({
      required: true,
      description: 'A word, or several that all have to be there, or a "phrase"; at most 200 characters.',
    }),
    window: t.field({ type: 'Duration', required: true, defaultValue: 3_600_000, description: window }),
    minPosts: t.int({ required: true, defaultValue: 10, description: 'Posts in the window, 1 or more.' }),
    timesUsual: t.float({
      description:
        'How many times the usual they have to be, too: the mean of windows in the week before (of long windows in the four ' +
        'before), made anew each hour. 1 to 1,000,000; left out, `minPosts` alone decides.',
    }),
  }),
});

const LikesInput = builder.inputType('LikesInput', {
  description:
    'A post by an account itself with far more likes than is normal for it: the median of the 100 posts before it. Reposts, and posts whose likes are unknown, do not count; with fewer than 10 before it a post is not judged. Each post fires once.',
  fields: (t) => ({
    timesNormal: t.float({
      required: true,
      defaultValue: 5,
      description: 'Times the median, which is taken for 1 where it is lower: 1 to 1,000,000.',
    }),
    minLikes: t.int({
      required: true,
      defaultValue: 50,
      description: 'Likes that it has to have, 0 or more.',
    }),
    within: t.field({
      type: 'Duration',
      required: true,
      defaultValue: 172_800_000,
      description: 'How old a post may be: PT1H to P30D.',
    }),
  }),
});

const FollowersLostInput = builder.inputType('FollowersLostInput', {
  description:
    'An account whose followers are below the highest reading of a period. What was told of once does not count again. Give either count or percent.',
  fields: (t) => ({
    count: t.int({ description: 'So many followers, 1 or more.' }),
    percent: t.float({ description: 'So many per cent of the highest reading: 0.01 to 100.' }),
    within: t.field({
      type: 'Duration',
      required: true,
      defaultValue: 86_400_000,
      description: 'How long the period is, which ends with the newest reading: PT1H to P90D.',
    }),
  }),
});

/** What fires an alert. */
export const AlertConditionInput = builder.inputType('AlertConditionInput', {
  description: 'What fires an alert: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    posts: t.field({
      type: PostFilter,
      description:
        'A saved search: own posts that match when they come in. Posts older than a week by then (an archive, a history) are no ' +
        'news; of more than 200 that come into a stream at once the newest 200 are looked at. Without streams, range and own.',
    }),
    burst: t.field({ type: BurstInput, description: 'A hashtag that bursts.' }),
    wordRate: t.field({ type: WordRateInput, description: 'A word that is used.' }),
    likes: t.field({ type: LikesInput, description: 'A post that is liked far more than others.' }),
    followersLost: t.field({ type: FollowersLostInput, description: 'Followers that go.' }),
  }),
});

const shared = {
  streams:
    'The streams that it watches, at most 200; null: all of them. Accounts only, for likes and followers. NOT_FOUND when one is not there.',
  cooldown:
    'How long it is quiet after it has fired: PT1M to P30D. Posts that match meanwhile are told of together when it is over, 100 at most.',
  webhook:
    'Where events are sent: an https URL without user, password or fragment, and not a private address, of at most 2,000 characters.',
} as const;

export const CreateAlertInput = builder.inputType('CreateAlertInput', {
  description: 'An alert to be.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'For people: 1 to 100 characters.' }),
    streams: t.idList({ description: shared.streams }),
    condition: t.field({ type: AlertConditionInput, required: true, description: 'What fires it.' }),
    cooldown: t.field({
      type: 'Duration',
      required: true,
      defaultValue: 3_600_000,
      description: shared.cooldown,
    }),
    webhook: t.field({ type: 'URL', description: `${shared.webhook} Null: nothing is sent.` }),
  }),
});

export const UpdateAlertInput = builder.inputType('UpdateAlertInput', {
  description: 'Changes of an alert; a field that is left out keeps its value.',
  fields: (t) => ({
    name: t.string({ description: 'For people: 1 to 100 characters.' }),
    streams: t.idList({ description: shared.streams }),
    condition: t.field({ type: AlertConditionInput, description: 'What fires it, instead of what did.' }),
    cooldown: t.field({ type: 'Duration', description: shared.cooldown }),
    paused: t.boolean({ description: 'True: it is not evaluated. False: it is.' }),
    webhook: t.field({
      type: 'URL',
      description: `${shared.webhook} A disabled one is used again when it is given again. Null removes it.`,
    }),
  }),
});
