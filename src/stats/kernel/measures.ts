import { type SQL, sql } from 'drizzle-orm';
import { estimateBy, withRatio } from '../../db/impressions.ts';
import type { Measure } from '../../shared/sums.ts';
import type { StatsScope } from './scope.ts';

/** The sums of some measures over rows of `activity`, each as a number by its name. */
export function sumsOf(scope: StatsScope, measures: ReadonlySet<Measure>): SQL {
  const sums = [...measures]
    .sort()
    .map((measure) => sql`(${sumOf(scope, measure)})::float8 as ${sql.identifier(measure)}`);
  return sql.join(sums, sql`, `);
}

/** Estimates go by the stream's own ratio; every other measure is summed up as it stands. */
function sumOf({ impressionsPerReaction: ratio }: StatsScope, measure: Measure): SQL {
  const estimated = sql`sum(impressions_estimated)`;
  if (measure === 'impressionsEstimated') return estimateBy(estimated, ratio);
  if (measure === 'impressions') return withRatio(sql`sum(impressions)`, estimated, ratio);
  return sql`sum(${sql.identifier(columnOf(measure))})`;
}

/** `engagedPosts` as `engaged_posts`. */
const columnOf = (measure: Measure) => measure.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
