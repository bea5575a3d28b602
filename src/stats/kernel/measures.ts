import { type SQL, sql } from 'drizzle-orm';
import { estimateBy, sumWithRatio } from '../../db/impressions.ts';
import { measures as columns } from '../../db/measures.ts';
import { impressionsPerReaction as shared } from '../../shared/metrics.ts';
import type { Measure } from '../../shared/sums.ts';
import type { StatsScope } from './scope.ts';

/** Sums a column. */
type SumOfColumn = (column: string) => SQL;
const bigints = new Set(columns.filter(({ type }) => type === 'bigint').map(({ column }) => column));
/**
 * Sums bigints as float8, the type that the API sends: exact up to 2^53. Postgres sums bigints as decimals, which took
 * 1.6 times as long for 2,000 days of twenty figures.
 */
const summedUp: SumOfColumn = (column) =>
  bigints.has(column) ? sql`sum(${sql.identifier(column)}::float8)` : sql`sum(${sql.identifier(column)})`;

/**
 * The sums of measures over rows of `activity`, each as a number by its name. `sum`: how to sum a column; callers with
 * sums pass them.
 */
export function sumsOf(scope: StatsScope, measures: ReadonlySet<Measure>, sum: SumOfColumn = summedUp): SQL {
  const sums = [...measures]
    .sort()
    .map((measure) => sql`(${sumOf(scope, measure, sum)})::float8 as ${sql.identifier(measure)}`);
  return sql.join(sums, sql`, `);
}

/** The sorted columns of `activity` behind some measures in a scope. */
export const columnsOfAll = (
  scope: Pick<StatsScope, 'impressionsPerReaction'>,
  some: Iterable<Measure>,
): readonly string[] => [...new Set([...some].flatMap((measure) => columnsOf(scope, measure)))].sort();

/** Like `columnsOfAll`, for any scope. */
export const columnsInAnyScope = (some: Iterable<Measure>): readonly string[] =>
  columnsOfAll({ impressionsPerReaction: Number.NaN }, some);

/** The sums of some columns, by their names. */
export const columnSums = (names: readonly string[]): SQL =>
  sql.join(
    names.map((column) => sql`${summedUp(column)} as ${sql.identifier(column)}`),
    sql`, `,
  );

/**
 * The columns behind a measure, its own first. With the ratio that all streams share, stored impressions are used
 * unchanged.
 */
export const columnsOf = (
  { impressionsPerReaction: ratio }: Pick<StatsScope, 'impressionsPerReaction'>,
  measure: Measure,
): readonly string[] =>
  measure === 'impressions' && ratio !== shared
    ? ['impressions', 'impressions_estimated']
    : [columnOf(measure)];

/** Like `sumsOf` for one measure, from known sums: of its own column, and of the estimated part. */
export function sumOfColumns(
  { impressionsPerReaction: ratio }: StatsScope,
  measure: Measure,
  own: number | null,
  estimated: number | null,
): number | null {
  if (own === null || ratio === shared) return own;
  if (measure === 'impressionsEstimated') return (own / shared) * ratio;
  return measure === 'impressions' ? own + ((estimated ?? 0) / shared) * (ratio - shared) : own;
}

/** Estimates use the stream's own ratio; every other measure is summed unchanged. */
function sumOf({ impressionsPerReaction: ratio }: StatsScope, measure: Measure, sum: SumOfColumn): SQL {
  if (measure === 'impressionsEstimated') return estimateBy(sum('impressions_estimated'), ratio);
  if (measure === 'impressions') return sumWithRatio(sum('impressions'), sum('impressions_estimated'), ratio);
  return sum(columnOf(measure));
}

/** `engagedPosts` as `engaged_posts`. */
const columnOf = (measure: Measure) => measure.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
