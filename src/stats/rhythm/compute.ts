import type { Metric } from '../../shared/stat-metric.ts';
import { bucketValue, emptyValue, metricOf, type Sums, type SummedMetric } from '../../shared/sums.ts';

/** `length` values, from key 0 up, of sums by key. */
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

/** `length` values, from key 0 up; where there is none, what a metric shows without posts. */
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

/** A list in rows of `width`. */
export function rowsOf<T>(values: readonly T[], width: number): readonly (readonly T[])[] {
  return Array.from({ length: values.length / width }, (_, row) =>
    values.slice(row * width, (row + 1) * width),
  );
}
