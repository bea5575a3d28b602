/** When a rate rose: the likeliest bucket, and the interval that has it with 80 % probability. */
export type ChangePoint = {
  /** Index of the first bucket of the higher rate. */
  readonly at: number;
  /** First and last index of the interval, both included. `at` is in it. */
  readonly between: readonly [first: number, last: number];
};

/** How many times likelier a rise must be than one steady rate, to be reported. */
const leastOdds = 10;
/** Probability of the interval. */
const held = 0.8;

/**
 * Returns the bucket from which counts are higher than before; null when one steady rate explains them about as well.
 * Counts are Poisson with one rate before and another after. Each rate has a Gamma prior with the weight of one post,
 * and the bucket a flat prior (A. E. Raftery, V. E. Akman, "Bayesian analysis of a Poisson process with a
 * change-point", Biometrika 73, 1986). The odds of a rise against a steady rate are those of the marginal
 * likelihoods. O(n).
 */
export function findRise(counts: readonly number[]): ChangePoint | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || counts.length < 2) return null;
  const priorRate = counts.length / total;
  const likelihood = new Float64Array(counts.length).fill(Number.NEGATIVE_INFINITY);
  let before = 0;
  for (let at = 1; at < counts.length; at++) {
    before += counts[at - 1] as number; // safe: at is below the length
    const after = total - before;
    if (after / (counts.length - at) <= before / at) continue;
    likelihood[at] = marginal(before, at, priorRate) + marginal(after, counts.length - at, priorRate);
  }
  const highest = likelihood.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (highest === Number.NEGATIVE_INFINITY) return null;
  const weights = likelihood.map((value) => Math.exp(value - highest));
  const sum = weights.reduce((a, b) => a + b, 0);
  const oddsLog = highest + Math.log(sum / (counts.length - 1)) - marginal(total, counts.length, priorRate);
  if (oddsLog < Math.log(leastOdds)) return null;
  return {
    at: likelihood.indexOf(highest),
    between: shortestInterval(weights, held * sum, likelihood.indexOf(highest)),
  };
}

/**
 * Returns the logarithm of the likelihood of `posts` in `buckets`, with the rate integrated out over a Gamma prior of
 * shape 1. Leaves out factors that do not depend on the position of the change.
 */
function marginal(posts: number, buckets: number, priorRate: number): number {
  return Math.log(priorRate) + logFactorial(posts) - (posts + 1) * Math.log(priorRate + buckets);
}

/** ln(n!), by Stirling's series from 10 on: off by less than 1e-9. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}

/**
 * Returns the shortest run of indexes around one whose weights sum to at least `share`; among equal ones the first. A
 * rise from nothing begins at its first post at the latest, so the likeliest bucket is often an end of the run.
 */
function shortestInterval(weights: Float64Array, share: number, around: number): readonly [number, number] {
  let best: readonly [number, number] = [0, weights.length - 1];
  let sum = 0;
  let first = 0;
  for (const [last, weight] of weights.entries()) {
    sum += weight;
    while (first < Math.min(last, around) && sum - (weights[first] ?? 0) >= share) {
      sum -= weights[first] ?? 0;
      first++;
    }
    const isShorter = last - first < best[1] - best[0];
    if (last >= around && sum >= share && isShorter) best = [first, last];
  }
  return best;
}
