import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { countFields } from '../../graphql/count-fields.ts';
import { Interval } from '../../graphql/inputs.ts';
import { BadInputError } from '../../shared/errors.ts';
import { rollingMeans, type SeriesData } from '../../shared/series.ts';
import { bucketBudget, spend } from './buckets.ts';

const SeriesPoint = builder
  .objectRef<{ readonly start: number; readonly value: number | null }>('SeriesPoint')
  .implement({
    description: 'One bucket of a series.',
    fields: (t) => ({
      start: t.field({
        type: 'DateTime',
        description: 'The first instant of the bucket.',
        resolve: ({ start }) => start,
      }),
      value: t.exposeFloat('value', {
        nullable: true,
        description: 'As in `values`: null for a mean or a level without data, and when no figure is known.',
      }),
    }),
  });

/** A year of days, the longest useful mean: over 20,000 buckets that is 7 million additions. */
const rollingMax = 366;

/** Returns a series that the answer contains, and spends its values from the request's budget: so many fields per bucket. */
function sent(series: SeriesData, context: Context, fields = 1): SeriesData {
  spend(loaderOf(context, bucketBudget), series.starts.length * fields);
  return series;
}

export const Series = builder.objectRef<SeriesData>('Series').implement({
  description:
    'Values over time, one per bucket. All series of one operation share a budget of 300,000: each computed bucket costs 1, and so does ' +
    'each value in the answer. More is QUERY_TOO_COMPLEX.',
  fields: (t) => ({
    interval: t.field({
      type: Interval,
      description: 'The step from one start to the next.',
      resolve: (series) => series.interval,
    }),
    starts: t.field({
      type: ['DateTime'],
      description: 'Start of each bucket.',
      resolve: (series, _args, context) => sent(series, context).starts,
    }),
    values: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      description:
        'One value per start; null for a mean or a level without data, and when no figure is known. A sum over no posts is 0.',
      resolve: (series, _args, context) => sent(series, context).values,
    }),
    estimated: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      description: 'The estimated part of each value. It is 0 except for IMPRESSIONS with the basis POSTED.',
      resolve: (series, _args, context) => sent(series, context).estimated ?? series.values.map(() => 0),
    }),
    rolling: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      description:
        'Moving mean: the mean over so many buckets, of which this one is the last. Null when one of these values is unknown, or when ' +
        'there are fewer buckets before.',
      args: {
        buckets: t.arg.int({
          required: true,
          description: `Number of buckets, 1 to ${rollingMax}. With days, 7 is the mean of a week.`,
        }),
      },
      resolve: (series, { buckets }, context) => {
        if (buckets < 1 || buckets > rollingMax) {
          throw new BadInputError(`Invalid number of buckets: ${buckets}. Expected 1 to ${rollingMax}`);
        }
        return rollingMeans(sent(series, context).values, buckets);
      },
    }),
    points: t.field({
      type: [SeriesPoint],
      description: 'The buckets as a list of start and value.',
      resolve: (series, _args, context, info) => {
        const { starts, values } = sent(series, context, countFields(info));
        return starts.map((start, index) => ({ start, value: values[index] ?? null }));
      },
    }),
  }),
});
