/** Posts of a term over some time, and its author-hours: pairs of an author and a clock hour (UTC) in which they used it. */
export type Uses = { readonly posts: number; readonly authorHours: number };

/** What a term did in a window. */
export type Observed = Uses & {
  /** Distinct authors. */
  readonly authors: number;
};

/** What a term did before a window. */
export type Past = {
  /** In the 28 days before. */
  readonly before: Uses;
  /** In the windows of the same hours of the week, one to four weeks earlier, all together. */
  readonly sameHours: Uses;
};

/** What tells how much of the past a window is worth, the same for all terms. */
export type Exposure = {
  /** The share of the 28 days before that a window of these hours of the week is worth, by all terms together: see `profile.ts`. */
  readonly share: number;
  /** How many of the four windows of the same hours were looked at: those that the store has posts of. */
  readonly weeks: number;
};

/** Author-hours (or posts) that a term never seen before is credited with in its past. */
const unseen = 1;

/**
 * How firmly a term is believed to follow the rhythm of all terms: the shape of the prior of its own rate at these hours.
 * A quarter: own rates differ from the common rhythm by a factor of e^2 or so, as those of weekly tags do.
 */
const firmness = 0.25;

/** The variance of a term's own rate from one window to another like it, as a share of its square: what is no news. */
const restlessness = 0.06;

/**
 * What is to be expected of a term in a window: its total of the 28 days before, spread by the rhythm of all terms, then
 * corrected by what it did at the same hours of the week (the mean of a Gamma posterior, so a term with a rhythm of its own
 * is expected by that).
 */
export function expectedOf(before: number, sameHours: number, { share, weeks }: Exposure): number {
  const common = (before + unseen) * share;
  return (common * (firmness + sameHours)) / (firmness + weeks * common);
}

/**
 * Standard scores above the expected, 0 when it is just that. Author-hours are compared, so many posts by one author within
 * an hour count once; and each author but the first can add no more than one to a rise, so that none trends alone. Counts
 * are put on a scale on which they vary alike however small or large they are: Anscombe's for negative binomial counts.
 */
export function burstOf(
  { authorHours, authors }: Observed,
  { before, sameHours }: Past,
  exposure: Exposure,
): number {
  const expected = expectedOf(before.authorHours, sameHours.authorHours, exposure);
  const risen = Math.min(authorHours, expected + Math.max(0, authors - 1));
  return stable(risen) - stable(expected);
}

/** F. J. Anscombe, Biometrika 35 (1948), section 4: asinh(sqrt((x + 3/8) / (k - 3/4))), scaled to a variance of 1. */
function stable(count: number): number {
  const k = 1 / restlessness;
  return 2 * Math.sqrt(k - 0.5) * Math.asinh(Math.sqrt((count + 3 / 8) / (k - 3 / 4)));
}
