/**
 * Ranges of post ids, both ends included, that were fetched from end to end: newest first, apart from each other. X's
 * ids sort by time, so what is not covered are gaps in time: what is newer than the newest fetch, what a fetch that
 * broke off left out, what is older than all of them.
 */
export type Coverage = readonly (readonly [from: string, to: string])[];

/** A part that was not fetched; both ends excluded, null where it is open. */
export type Gap = { readonly sinceId: string | null; readonly untilId: string | null };

/** The coverage with one more range; ranges that touch become one. */
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

/** The gaps, newest first. Without `full` not the one below everything covered: history is only walked when asked for. */
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
