import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { Metric, Weekday } from '../../graphql/inputs.ts';
import { parseFirst } from '../../shared/page.ts';
import { weekdayOf } from '../../shared/weekday.ts';
import { Stats } from '../kernel/fields.ts';
import { leastQuarters, type PostingSlot as PostingSlotData, priorQuarters, rankSlots } from './compute.ts';
import { readSlots } from './query.ts';

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
        "Expected figure of a post in this hour. With few posts it is close to the account's own expected figure, and no single post " +
        'moves it far. The posts of one quarter-hour count as one value, their mean, up to a cap of 4 × the geometric mean + 1. ' +
        `expected = (sum of these values + ${priorQuarters} × the account's own) / (number of quarter-hours + ${priorQuarters}).`,
    }),
    lift: t.exposeFloat('lift', {
      description:
        "expected / the account's own expected figure, which is the mean of the values of all quarter-hours. For SENTIMENT both are " +
        'measured from -1.',
    }),
    low: t.exposeFloat('low', { description: 'The lower end of the 80 % interval of the lift, at least 0.' }),
    high: t.exposeFloat('high', {
      description:
        "The upper end. The interval is lift ± 1.28 × error / the account's own expected figure, with error = " +
        `√(quarter-hours × variance within slots + ${priorQuarters}² × variance between slots) / (quarter-hours + ${priorQuarters}).`,
    }),
    enough: t.exposeBoolean('enough', {
      description:
        `Whether there are enough posts for a firm rank: posts in at least ${leastQuarters} quarter-hours, and no single post whose ` +
        'deletion would move the slot past more than one other slot with a firm rank. False for a slot with many posts that is about ' +
        'as good as slots with a firm rank.',
    }),
  }),
});

builder.objectField(Stats, 'bestTimes', (t) =>
  t.field({
    type: [PostingSlot],
    description:
      'The best hours of the week to post, of those with a post whose figure and hour are known. Slots with `enough` come first; both ' +
      'groups are sorted by lift, then by more posts, then by earlier in the week. Empty when every figure is the lowest possible.',
    args: {
      metric: t.arg({
        type: Metric,
        required: true,
        defaultValue: 'ENGAGEMENT',
        description: 'The figure that posts are compared by: any except POSTS and AUTHORS.',
      }),
      first: t.arg.int({ required: true, defaultValue: 5, description: 'How many, at most 200.' }),
    },
    complexity: listCost(10),
    resolve: async (scope, { metric, first }, { db }) => {
      const limit = parseFirst(first);
      return rankSlots(await readSlots(db, scope, metric), metric).slice(0, limit);
    },
  }),
);
