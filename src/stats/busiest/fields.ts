import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { parseTopList, topListArgs } from '../../graphql/top-list.ts';
import { Interval } from '../../graphql/inputs.ts';
import { bucketLabel, bucketOfKey, clockBucketAt, isCalendar } from '../../shared/bucket.ts';
import { toLocal } from '../../shared/zone.ts';
import { loadDays } from '../kernel/activity.ts';
import { Stats } from '../kernel/fields.ts';
import { type BusyBucket, busiestOfDays, busyMeasures } from './compute.ts';
import { listBusiest } from './query.ts';

type BucketData = Omit<BusyBucket, 'key'> & {
  readonly start: number;
  readonly end: number;
  readonly label: string;
};

const Bucket = builder.objectRef<BucketData>('Bucket').implement({
  description:
    'A day, a week or another step of the calendar or the clock, whole even when the range cuts it.',
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      description: 'The first instant of it.',
      resolve: ({ start }) => new Date(start),
    }),
    end: t.field({
      type: 'DateTime',
      description: 'The first instant after it.',
      resolve: ({ end }) => new Date(end),
    }),
    label: t.exposeString('label', {
      description:
        'e.g. 2024-02-29, 2024-W09, 2024-02, 2024-Q1, 2024; an hour or a minute as 2024-02-29T13:00, local time.',
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts in it, of whatever kind.',
      resolve: ({ posts }) => posts,
    }),
    engagement: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'Engagement of its posts, of those known; null when none is.',
      resolve: ({ engagement }) => engagement,
    }),
  }),
});

builder.objectField(Stats, 'busiest', (t) =>
  t.field({
    type: [Bucket],
    description:
      'Buckets with the most posts first; equal counts: earliest first. Buckets without a post are left out. ' +
      'Posts of which only the day is known are in no HOUR and no MINUTE.',
    args: {
      interval: t.arg({
        type: Interval,
        required: true,
        defaultValue: 'DAY',
        description: 'Length of a bucket.',
      }),
      ...topListArgs(1),
    },
    complexity: listCost(10),
    resolve: async (scope, { interval, ...page }, { db }) => {
      const part = parseTopList(page);
      const { zone } = scope;
      if (isCalendar(interval)) {
        const buckets = busiestOfDays(await loadDays(db, scope, busyMeasures), interval, ...part);
        return buckets.map((bucket) => ({
          ...bucket,
          ...bucketOfKey(zone, interval, bucket.key),
          label: bucketLabel(bucket.key, interval),
        }));
      }
      const buckets = await listBusiest(db, scope, interval, ...part);
      return buckets.map((bucket) => ({
        ...bucket,
        ...clockBucketAt(zone, interval, bucket.key),
        label: bucketLabel(toLocal(zone, bucket.key), interval),
      }));
    },
  }),
);
