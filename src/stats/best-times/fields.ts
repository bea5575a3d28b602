import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { Metric, Weekday } from '../../graphql/inputs.ts';
import { parseFirst } from '../../shared/page.ts';
import { weekdayOf } from '../../shared/weekday.ts';
import { Stats } from '../scope/fields.ts';
import { type PostingSlot as PostingSlotData, priorPosts, rankSlots } from './compute.ts';
import { loadSlotSums } from './loader.ts';

const PostingSlot = builder.objectRef<PostingSlotData>('PostingSlot').implement({
  description: 'An hour of the week to post in.',
  fields: (t) => ({
    weekday: t.field({
      type: Weekday,
      description: 'The day of the week, by the calendar of the time zone.',
      resolve: ({ weekday }) => weekdayOf(weekday),
    }),
    hour: t.exposeInt('hour', { description: '0 to 23, by the clocks of the time zone.' }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts in it that are not reposts and whose figure is known.',
      resolve: ({ posts }) => posts,
    }),
    expected: t.exposeFloat('expected', {
      description:
        "Expected metric per post, shrunk toward the account's mean when posts are few: " +
        `(the slot's sum + ${priorPosts} × mean) / (posts + ${priorPosts}), the m-estimate with m = ${priorPosts}.`,
    }),
    lift: t.exposeFloat('lift', {
      description: "expected over the account's mean; for SENTIMENT both are counted from -1.",
    }),
  }),
});

builder.objectField(Stats, 'bestTimes', (t) =>
  t.field({
    type: [PostingSlot],
    description:
      "When posts did best, most promising first, of equal ones those with more posts, then earlier in the week: hours of the week with a post whose figure and hour are known. Empty where the account's mean is 0. An ENGAGEMENT_RATE over estimated impressions is the same for all.",
    args: {
      metric: t.arg({
        type: Metric,
        required: true,
        defaultValue: 'ENGAGEMENT',
        description: "What posts are compared by, the mean of each post's own: any but POSTS and AUTHORS.",
      }),
      first: t.arg.int({ required: true, defaultValue: 5, description: 'How many, at most 200.' }),
    },
    complexity: listCost(10),
    resolve: async (scope, { metric, first }, { db }) => {
      const limit = parseFirst(first);
      const slots = await loadSlotSums(db, scope, metric);
      return rankSlots(slots, metric === 'SENTIMENT' ? -1 : 0).slice(0, limit);
    },
  }),
);
