/**
 * Ranges of post ids (both ends included) that were fetched completely: newest first, disjoint. X's ids sort by time,
 * so the uncovered parts are gaps in time: newer than the newest fetch, left out by a fetch that broke off, or older
 * than all fetches.
 */
export type Coverage = readonly (readonly [from: string, to: string])[];

/** A part that was not fetched. Both ends are excluded; null means open. */
export type Gap = { readonly sinceId: string | null; readonly untilId: string | null };

/** Adds a range to the coverage; merges ranges that touch. */
export function cover(covered: Coverage, from: string, to: string): Coverage {
  let [low, high] = [BigInt(from), BigInt(to)];
  if (low > high) return covered;
  const apart: [bigint, bigint][] = [];
  for (const [start, end] of covered) {
    const [a, b] = [BigInt(start), BigInt(end)];
    if (a <= high + 1n && b >= low - 1n) {
      if (a < low) low = a;
      if (b > high) high = b;
    } else apart.push([a, b]);
  }
  return [...apart, [low, high] as const]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([a, b]) => [String(a), String(b)] as const);
}

/**
 * Returns the gaps, newest first. The gap below everything covered is included only with `full`: history is fetched
 * only on request.
 */
export function gapsOf(covered: Coverage, full: boolean): readonly Gap[] {
  const gaps: Gap[] = [];
  let untilId: string | null = null;
  for (const [from, to] of covered) {
    gaps.push({ sinceId: to, untilId });
    untilId = from;
  }
  const nothingBelow = untilId !== null && BigInt(untilId) <= 1n;
  if (covered.length === 0 || (full && !nothingBelow)) gaps.push({ sinceId: null, untilId });
  return gaps;
}
