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
    'One step of the calendar or the clock, such as a day or an hour. Its ends are those of the whole step, also when the range begins or ends inside it.',
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      description: 'Its first instant.',
      resolve: ({ start }) => new Date(start),
    }),
    end: t.field({
      type: 'DateTime',
      description: 'Its end, exclusive: the first instant of the next one.',
      resolve: ({ end }) => new Date(end),
    }),
    label: t.exposeString('label', {
      description:
        'e.g. 2024-02-29, 2024-W09, 2024-02, 2024-Q1, 2024; an hour or a minute as 2024-02-29T13:00, local time.',
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts of the range in it, of every kind.',
      resolve: ({ posts }) => posts,
    }),
    engagement: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'Sum of the engagement of these posts, of those where it is known; null when it is known of none.',
      resolve: ({ engagement }) => engagement,
    }),
  }),
});

builder.objectField(Stats, 'busiest', (t) =>
  t.field({
    type: [Bucket],
    description:
      'The buckets with posts, most posts first; equal counts: earliest first. ' +
      'Posts without a known time of day are in no HOUR, MINUTE or SECOND.',
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
