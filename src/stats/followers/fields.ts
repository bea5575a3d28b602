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
      'Followers at the end of each bucket: the last reading in it; null in a bucket without readings. The series goes from the ' +
      'first reading to the last, or over the whole range when it is given.',
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
          'True: a bucket without readings repeats the last earlier reading, also one from before the range. It is null before the ' +
          'very first reading, and in buckets that begin after now.',
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
