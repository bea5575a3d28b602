import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { Interval, TimeRange } from '../../graphql/inputs.ts';
import { createLoader } from '../../graphql/loader.ts';
import { loadersBy } from '../../graphql/loaders-by.ts';
import type { Interval as IntervalName } from '../../shared/bucket.ts';
import { must } from '../../shared/errors.ts';
import { daysIn } from '../../shared/day-range.ts';
import { parseRange } from '../../shared/range.ts';
import type { SeriesData } from '../../shared/series.ts';
import { bucketBudget, spend } from '../../stats/kernel/buckets.ts';
import { intersect } from '../../stats/kernel/scope.ts';
import { Series } from '../../stats/kernel/series.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { spanLoader } from '../hashtag/loader.ts';
import { layOut } from './compute.ts';
import { countByBucket, type UsedBucket } from './query.ts';

/** Loads the uses of several hashtags by bucket together. */
const usedBuckets = (context: Context) =>
  loadersBy((interval: IntervalName, zone: string, from: number | null, to: number | null) =>
    createLoader<string, readonly UsedBucket[]>(async (tags) => {
      const days = daysIn(zone, { from, to });
      const spans = await loaderOf(context, spanLoader).loadMany(tags);
      const uses = spans.map((found, at) => {
        if (found instanceof Error) throw found;
        const used = found && { from: found.first, to: found.last + 1 };
        return {
          tag: must(tags[at], 'a span for each tag'),
          span: used && intersect(used, { from, to }),
          days: used && intersect(used, days),
        };
      });
      return countByBucket(context.db, uses, interval, zone);
    }),
  );

builder.objectField(Hashtag, 'series', (t) =>
  t.field({
    type: Series,
    description:
      'Posts that use it over time: one value per bucket, from the bucket of the first use to that of the last, or over the whole range ' +
      'when it is given. Empty buckets are included; more than 20,000 buckets are QUERY_TOO_COMPLEX. Posts without a known time of day ' +
      'are in no HOUR, MINUTE or SECOND.',
    args: {
      interval: t.arg({
        type: Interval,
        required: true,
        defaultValue: 'DAY',
        description: 'Length of a bucket.',
      }),
      range: t.arg({
        type: TimeRange,
        description:
          'Only posts in this range. A post of which only the day is known is in it when the start of its day is.',
      }),
      timeZone: t.arg({
        type: 'TimeZone',
        required: true,
        defaultValue: 'UTC',
        description: 'The time zone of days, weeks and months: an IANA name, e.g. Europe/Berlin.',
      }),
    },
    complexity: 10,
    resolve: async ({ tag }, { interval, range, timeZone: zone }, context): Promise<SeriesData> => {
      const parsed = parseRange(range);
      const used = await loaderOf(context, usedBuckets)(interval, zone, parsed.from, parsed.to).load(tag);
      const series = layOut(used, { interval, zone, range: parsed });
      spend(loaderOf(context, bucketBudget), series.starts.length);
      return series;
    },
  }),
);
