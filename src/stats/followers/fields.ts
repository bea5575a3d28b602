import { builder } from '../../graphql/builder.ts';
import { Interval } from '../../graphql/inputs.ts';
import { scopeBuckets } from '../kernel/buckets.ts';
import { Stats } from '../kernel/fields.ts';
import { Series } from '../kernel/series.ts';
import { levelSeries } from './compute.ts';
import { listFollowers } from './query.ts';

builder.objectField(Stats, 'followers', (t) =>
  t.field({
    type: Series,
    description:
      'Followers at the end of each bucket: the last reading in it, null when they were not read in it. From the first ' +
      'reading to the last, or over the whole range, when given.',
    args: {
      interval: t.arg({
        type: Interval,
        required: true,
        defaultValue: 'DAY',
        description: 'Length of a bucket.',
      }),
      carry: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'True: a bucket without a reading repeats the reading before, be it before the range. Null before the first ' +
          'reading ever, and in buckets that begin after now.',
      }),
    },
    complexity: 10,
    resolve: async (scope, { interval, carry }, { db, reads }) => {
      const readings = await listFollowers(db, scope);
      const { from, to } = scope.range;
      const now = scope.now.getTime();
      const first = from ?? readings.at[0];
      const end = to ?? (readings.at.at(-1) ?? Number.NEGATIVE_INFINITY) + 1;
      const buckets = first === undefined ? [] : scopeBuckets(scope, interval, first, end);
      const future = carry ? buckets.find(({ start }) => start > now) : undefined;
      if (future !== undefined) reads.keep(future.start - now);
      return levelSeries(interval, buckets, readings, { from, carryTo: carry ? now : null });
    },
  }),
);
