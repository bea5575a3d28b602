import { type SQL, sql } from 'drizzle-orm';
import { impressionsOf } from '../../db/impressions.ts';
import { anyImpressions } from '../../entities/post/columns.ts';
import { BadInputError } from '../../shared/errors.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import type { StatsScope } from './scope.ts';

/** The value of a metric for one post; null when unknown. Callers exclude reposts, whose figures belong to others. */
const values: { readonly [M in Metric]?: SQL } = {
  LIKES: sql`p.likes`,
  REPOSTS: sql`p.reposts`,
  REPLIES: sql`p.replies`,
  QUOTES: sql`p.quotes`,
  BOOKMARKS: sql`p.bookmarks`,
  ENGAGEMENT: sql`p.engagement`,
  ENGAGEMENT_RATE: sql`(case when not p.impressions_estimated then p.engagement::float8 / nullif(p.impressions, 0) end)`,
  SENTIMENT: sql`(p.sentiment / 10000::float8)`,
  BITS: sql`p.bits`,
  EMOTES: sql`coalesce(json_array_length(p.emotes), 0)`,
};

/** A metric of one post `p` of the scope, or BAD_INPUT when the metric does not differ between posts. */
export const postValue = ({ impressionsPerReaction: ratio }: StatsScope, metric: Metric): SQL =>
  metricValue(metric, impressionsOf(sql`p`, sql`${ratio}::int`));

/** Like `postValue`, for a post of any stream, `home`. */
export const anyPostValue = (metric: Metric): SQL => metricValue(metric, anyImpressions);

function metricValue(metric: Metric, impressions: SQL): SQL {
  if (metric === 'IMPRESSIONS') return impressions;
  const value = values[metric];
  if (value === undefined)
    throw new BadInputError(`Invalid metric: single posts cannot be compared by ${metric}`);
  return value;
}
