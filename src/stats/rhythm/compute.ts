import type { Metric } from '../../shared/stat-metric.ts';
import { bucketValue, emptyValue, metricOf, type Sums, type SummedMetric } from '../../shared/sums.ts';

/** Values for keys 0 to `length` - 1, from sums by key. */
export function summedValues(
  length: number,
  sums: ReadonlyMap<number, Sums>,
  metric: SummedMetric,
): readonly (number | null)[] {
  const values = [...sums].map(
    ([key, sum]) => [key, bucketValue(sum.posts, metricOf(sum, metric), metric)] as const,
  );
  return valuesOf(length, new Map(values), metric);
}

/** Values for keys 0 to `length` - 1; for a missing key, the metric's value without posts. */
export function valuesOf(
  length: number,
  values: ReadonlyMap<number, number | null>,
  metric: Metric,
): readonly (number | null)[] {
  return Array.from({ length }, (_, key) => {
    const value = values.get(key);
    return value === undefined ? emptyValue(metric) : value;
  });
}

/** Splits a list into rows of `width`. */
export function rowsOf<T>(values: readonly T[], width: number): readonly (readonly T[])[] {
  return Array.from({ length: values.length / width }, (_, row) =>
    values.slice(row * width, (row + 1) * width),
  );
}
