import { type SQL, sql } from 'drizzle-orm';
import { BadInputError } from '../../shared/errors.ts';
import type { Metric } from '../../shared/stat-metric.ts';

/** What one post has of a metric; null when unknown. Reposts are to be left out: their figures are others'. */
const values: { readonly [M in Metric]?: SQL } = {
  LIKES: sql`p.likes`,
  REPOSTS: sql`p.reposts`,
  REPLIES: sql`p.replies`,
  QUOTES: sql`p.quotes`,
  BOOKMARKS: sql`p.bookmarks`,
  IMPRESSIONS: sql`p.impressions`,
  ENGAGEMENT: sql`p.engagement`,
  ENGAGEMENT_RATE: sql`(p.engagement::float8 / nullif(p.impressions, 0))`,
  SENTIMENT: sql`(p.sentiment / 10000::float8)`,
};

/** A metric of one post `p`, or BAD_INPUT when every post has the same of it. */
export function postValue(metric: Metric): SQL {
  const value = values[metric];
  if (value === undefined) throw new BadInputError(`${metric} does not tell one post from another`);
  return value;
}
