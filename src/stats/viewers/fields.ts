import { Channel } from '../../entities/channel/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { Interval, TimeRange } from '../../graphql/inputs.ts';
import { parseRange } from '../../shared/range.ts';
import { fillSeries } from '../../shared/series.ts';
import { bucketBudget, scopeBuckets } from '../kernel/buckets.ts';
import { createScope } from '../kernel/scope.ts';
import { Series } from '../kernel/series.ts';
import { findReadings, meanViewers } from './query.ts';

builder.objectField(Channel, 'viewers', (t) =>
  t.field({
    type: Series,
    description:
      'How many people watched: the mean of the readings in each bucket; null in a bucket without readings. larkstat reads the ' +
      'number each minute while the channel is live and its chat is collected; it needs TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET. ' +
      'The series goes from the first reading to the last, or over the whole range when it is given.',
    args: {
      interval: t.arg({
        type: Interval,
        required: true,
        defaultValue: 'MINUTE',
        description: 'Length of a bucket.',
      }),
      range: t.arg({ type: TimeRange, description: 'Only readings in this range.' }),
      timeZone: t.arg({
        type: 'TimeZone',
        required: true,
        defaultValue: 'UTC',
        description: 'The time zone of days, weeks, months and hours.',
      }),
    },
    complexity: 10,
    resolve: async (channel, { interval, range, timeZone }, context) => {
      context.reads.stream(channel.streamId);
      const scope = createScope(channel, parseRange(range), timeZone, {
        now: context.now,
        budget: loaderOf(context, bucketBudget),
        request: context,
      });
      const { db } = context;
      const readings = await findReadings(db, scope);
      const from = scope.range.from ?? readings?.first;
      const to = scope.range.to ?? (readings === null ? undefined : readings.last + 1);
      if (from === undefined || to === undefined) return { interval, starts: [], values: [] };
      const buckets = scopeBuckets(scope, interval, from, to);
      const means = readings === null ? new Map() : await meanViewers(db, scope, interval, from, to);
      return fillSeries(interval, buckets, means, null);
    },
  }),
);
