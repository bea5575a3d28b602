import { PostFilter } from '../../entities/post/filter.ts';
import { builder } from '../../graphql/builder.ts';

const window = 'Length of the window, which ends with the last full minute: PT1M to P7D.';

const BurstInput = builder.inputType('BurstInput', {
  description: 'A hashtag that is used more than its past predicts. Both minimums must be reached.',
  fields: (t) => ({
    hashtag: t.string({ required: true, description: 'With or without #, whatever its case and width.' }),
    window: t.field({ type: 'Duration', required: true, defaultValue: 3_600_000, description: window }),
    minScore: t.float({
      required: true,
      defaultValue: 3,
      description:
        'Minimum standard score above the expected number of posts, as `trendingHashtags(orderBy: BURST)` computes ' +
        'it: 1 to 1,000.',
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
      description: 'A word, several words that must all occur, or a "phrase"; at most 200 characters.',
    }),
    window: t.field({ type: 'Duration', required: true, defaultValue: 3_600_000, description: window }),
    minPosts: t.int({ required: true, defaultValue: 10, description: 'Posts in the window, 1 or more.' }),
    timesUsual: t.float({
      description:
        'Minimum multiple of the usual number, besides `minPosts`: the mean of windows in the week before (of long ' +
        'windows in the four weeks before), computed again each hour. 1 to 1,000,000; when it is left out, ' +
        '`minPosts` alone decides.',
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
      description: 'Minimum multiple of the median, from 1 to 1,000,000. A median below 1 counts as 1.',
    }),
    minLikes: t.int({
      required: true,
      defaultValue: 50,
      description: 'Minimum number of likes, 0 or more.',
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
    'An account whose followers are below the highest reading of a period. A loss that was reported does not count ' +
    'again. Set either count or percent.',
  fields: (t) => ({
    count: t.int({ description: 'Minimum number of followers lost, 1 or more.' }),
    percent: t.float({ description: 'Minimum loss in per cent of the highest reading: 0.01 to 100.' }),
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
        'A saved search: own posts that match as they arrive. Posts that are over a week old when they arrive (of ' +
        'an archive or a history) do not count. When more than 200 posts arrive in a stream at once, the newest 200 ' +
        'are checked. Without streams, range and own.',
    }),
    burst: t.field({ type: BurstInput, description: 'A hashtag is used far more than usual.' }),
    wordRate: t.field({ type: WordRateInput, description: 'A word that is used.' }),
    likes: t.field({ type: LikesInput, description: 'A post has far more likes than usual.' }),
    followersLost: t.field({ type: FollowersLostInput, description: 'An account loses followers.' }),
  }),
});

const shared = {
  streams:
    'The streams that it watches, at most 200; null: all of them. Accounts only, for likes and followers. NOT_FOUND when one is not there.',
  cooldown:
    'How long the alert stays silent after it fires: PT1M to P30D. Posts that match in this time are reported in ' +
    'one event at its end, 100 at most.',
  webhook:
    'Where events are sent: an https URL without user, password or fragment, and not a private address, of at most 2,000 characters.',
} as const;

export const CreateAlertInput = builder.inputType('CreateAlertInput', {
  description: 'An alert to create.',
  fields: (t) => ({
    name: t.string({ required: true, description: "The alert's name, for display: 1 to 100 characters." }),
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
    name: t.string({ description: "The alert's name, for display: 1 to 100 characters." }),
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
