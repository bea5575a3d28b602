import { type SQL, sql } from 'drizzle-orm';
import { impressionsPerReaction as shared } from '../shared/metrics.ts';

// Stored estimates and their sums use the ratio that all streams share, and are whole multiples of it, so all
// calculations here are exact. A stream's own ratio is a whole number, so its posts' estimates add up to its totals'.

/**
 * Converts a sum of stored estimates, a float8, to a stream's ratio. It divides first, so that all values stay whole.
 */
export function estimateBy(estimated: SQL, ratio: number): SQL {
  return ratio === shared ? estimated : sql`${estimated} / ${shared}::int * ${ratio}::int`;
}

/** Converts a sum of impressions with an estimated part to a stream's ratio; both are float8. */
export function sumWithRatio(impressions: SQL, estimated: SQL, ratio: number): SQL {
  if (ratio === shared) return impressions;
  return sql`${impressions} + coalesce(${estimated}, 0) / ${shared}::int * ${ratio - shared}::int`;
}

/** Converts impressions, or their sum, with an estimated part to a stream's ratio; null when unknown. */
export function withRatio(impressions: SQL, estimated: SQL, ratio: number): SQL {
  if (ratio === shared) return impressions;
  return sql`${impressions} + coalesce(${estimated}, 0)::numeric * ${ratio - shared}::int / ${shared}::int`;
}

/** The ratio of one stream. For rows of many streams use a join: a cluster rejects a subquery per row. */
export const ratioOfStream = (streamId: number): SQL =>
  sql`(select s.impressions_per_reaction from streams s where s.stream_id = ${streamId})`;

/** The impressions of a row of posts, or of their history, with its stream's ratio. */
export const impressionsOf = (row: SQL, ratio: SQL): SQL =>
  sql`(case when ${row}.impressions_estimated then ${row}.impressions::float8 * ${ratio} / ${shared}::int
    else ${row}.impressions::float8 end)`;
