/** Figures by the starts of their buckets. */
export type Steps = { readonly starts: readonly string[]; readonly values: readonly (number | null)[] };

/** Aligns series with different first and last buckets on one axis; null where a series has no bucket. */
export function align(series: readonly Steps[]): {
  readonly starts: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
} {
  const starts = [...new Set(series.flatMap((each) => each.starts))].sort();
  return {
    starts,
    values: series.map((each) => {
      const byStart = new Map(each.starts.map((start, index) => [start, each.values[index] ?? null]));
      return starts.map((start) => byStart.get(start) ?? null);
    }),
  };
}

/**
 * Returns the values as an index with base 100. The base is the first whole bucket above zero: a bucket that starts
 * before the range holds only a part. Earlier buckets are null, and so are all when there is no base.
 */
export function indexed(
  values: readonly (number | null)[],
  starts: readonly string[],
  from: string | null,
): (number | null)[] {
  const isWhole = (index: number) => from === null || Date.parse(starts[index] ?? '') >= Date.parse(from);
  const first = values.findIndex((value, index) => value !== null && value > 0 && isWhole(index));
  const base = values[first];
  return values.map((value, index) =>
    first < 0 || index < first || value === null || base == null ? null : (value / base) * 100,
  );
}

/** Returns which of the figures are the highest; none when fewer than two are known, or all are equal. */
export function bestOf(figures: readonly (number | null)[]): readonly boolean[] {
  const known = figures.filter((figure) => figure !== null);
  const most = Math.max(...known);
  const isTold = known.length > 1 && known.some((figure) => figure < most);
  return figures.map((figure) => isTold && figure === most);
}

/** Returns in how many of the lists each term is. */
export function timesShared(lists: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const list of lists) for (const term of new Set(list)) times.set(term, (times.get(term) ?? 0) + 1);
  return times;
}
