import { type SQL, sql } from 'drizzle-orm';
import { impressionsPerReaction as shared } from '../shared/metrics.ts';

// Estimates are stored by the ratio that all streams share, and so are sums of them: whole multiples of it, so that all
// of this is exact. A stream's own ratio is a whole number: the estimates of its posts add up to those of its totals.

/** A sum of stored estimates, which is a float8, by a stream's ratio: divided first, so that all stays whole. */
export function estimateBy(estimated: SQL, ratio: number): SQL {
  return ratio === shared ? estimated : sql`${estimated} / ${shared}::int * ${ratio}::int`;
}

/** A sum of impressions, of which a part is estimated, by a stream's ratio: both are float8. */
export function sumWithRatio(impressions: SQL, estimated: SQL, ratio: number): SQL {
  if (ratio === shared) return impressions;
  return sql`${impressions} + coalesce(${estimated}, 0) / ${shared}::int * ${ratio - shared}::int`;
}

/** Impressions, or their sum, of which a part is estimated, by a stream's ratio; null where they are unknown. */
export function withRatio(impressions: SQL, estimated: SQL, ratio: number): SQL {
  if (ratio === shared) return impressions;
  return sql`${impressions} + coalesce(${estimated}, 0)::numeric * ${ratio - shared}::int / ${shared}::int`;
}

/** The ratio of one stream. Of many rows' streams a join tells it: a cluster refuses a look-up for each. */
export const ratioOfStream = (streamId: number): SQL =>
  sql`(select s.impressions_per_reaction from streams s where s.stream_id = ${streamId})`;

/** The impressions of a row of posts, or of their history, by its stream's ratio. */
export const impressionsOf = (row: SQL, ratio: SQL): SQL =>
  sql`(case when ${row}.impressions_estimated then ${row}.impressions::float8 * ${ratio} / ${shared}::int
    else ${row}.impressions::float8 end)`;
