import { builder } from '../../graphql/builder.ts';
import { Interval } from '../../graphql/inputs.ts';
import { scopeBuckets } from '../scope/buckets.ts';
import { Stats } from '../scope/fields.ts';
import { Series } from '../scope/series.ts';
import { levelSeries } from './compute.ts';
import { listFollowers } from './query.ts';

builder.objectField(Stats, 'followers', (t) =>
  t.field({
    type: Series,
    description:
      'Followers at the end of each bucket: as last reported before it, null before the first report. From the first ' +
      'report to the last, or over the whole range, when given.',
    args: {
      interval: t.arg({
        type: Interval,
        required: true,
        defaultValue: 'DAY',
        description: 'Length of a bucket.',
      }),
    },
    complexity: 10,
    resolve: async (scope, { interval }, { db }) => {
      const readings = await listFollowers(db, scope);
      const from = scope.range.from ?? readings[0]?.at;
      const to = scope.range.to ?? (readings.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + 1;
      const buckets = from === undefined ? [] : scopeBuckets(scope, interval, from, to);
      return levelSeries(interval, buckets, readings);
    },
  }),
);
