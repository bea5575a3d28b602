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
        "Expected metric per post: robust against single posts, shrunk toward the account's own where posts are few. " +
        'Posts of one quarter-hour count as one, by their mean; a mean far above the usual one counts as a cap (4 × the ' +
        `geometric mean + 1). (The slot's sum of these + ${priorQuarters} × the account's own) / (its quarter-hours + ${priorQuarters}).`,
    }),
    lift: t.exposeFloat('lift', {
      description:
        "expected over the account's own, which is the mean of the same; for SENTIMENT both are counted from -1.",
    }),
    low: t.exposeFloat('low', { description: 'The lower end of the 80 % interval of the lift, at least 0.' }),
    high: t.exposeFloat('high', {
      description:
        "The upper end. The interval is lift ± 1.28 × the error of expected, over the account's own; that is " +
        `√(quarter-hours × variance within slots + ${priorQuarters}² × variance between slots) / (quarter-hours + ${priorQuarters}).`,
    }),
    enough: t.exposeBoolean('enough', {
      description:
        `Whether there are posts enough to tell its place: posts in ${leastQuarters} quarter-hours or more, and no single post ` +
        'without which it would pass more than a neighbour among these. A slot with many posts that is as good as one of ' +
        'these has none.',
    }),
  }),
});

builder.objectField(Stats, 'bestTimes', (t) =>
  t.field({
    type: [PostingSlot],
    description:
      "When posts did best: hours of the week with a post whose figure and hour are known. Those with `enough` first; each most promising first, of equal ones those with more posts, then earlier in the week. Empty when the account's own is 0.",
    args: {
      metric: t.arg({
        type: Metric,
        required: true,
        defaultValue: 'ENGAGEMENT',
        description: 'What posts are compared by: any but POSTS and AUTHORS.',
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
