/**
 * The posts of a term over some time, and its author-hours: pairs of an author and a clock hour (UTC) in which they
 * used it.
 */
export type Uses = { readonly posts: number; readonly authorHours: number };

/** The use of a term in a window. */
export type Observed = Uses & {
  /** Distinct authors. */
  readonly authors: number;
};

/** The use of a term before a window. */
export type Past = {
  /** In the 28 days before. */
  readonly before: Uses;
  /** In the windows of the same hours of the week, one to four weeks earlier, together. */
  readonly sameHours: Uses;
};

/** How much of the past a window is worth, the same for all terms. */
export type Exposure = {
  /**
   * The share of the 28 days before that a window with these hours of the week is worth, by all terms together: see
   * `profile.ts`.
   */
  readonly share: number;
  /** How many of the four windows of the same hours were read: those for which the store has posts. */
  readonly weeks: number;
};

/** Author-hours (or posts) that are added to the past of each term, so that a new term has one. */
const unseen = 1;

/**
 * The shape of the prior of the own rate of a term at these hours: how strongly it is assumed to follow the rhythm of
 * all terms. With 0.25, own rates differ from the common rhythm by a factor of about e^2, as those of weekly tags do.
 */
const firmness = 0.25;

/** The normal variance of a term's own rate between similar windows, as a share of its square. */
const restlessness = 0.06;

/**
 * Returns the expected use of a term in a window. Its total of the 28 days before is spread by the rhythm of all
 * terms, then corrected by its use at the same hours of the week. It is the mean of a Gamma posterior, so a term with
 * a rhythm of its own is expected by that rhythm.
 */
export function expectedOf(before: number, sameHours: number, { share, weeks }: Exposure): number {
  const common = (before + unseen) * share;
  return (common * (firmness + sameHours)) / (firmness + weeks * common);
}

/**
 * Returns the standard scores above the expected; 0 when it is as expected. Compares author-hours, so many posts by
 * one author within an hour count once. Each author but the first adds at most one to a rise, so no single author
 * trends. Counts are transformed to equal variance, whether small or large: Anscombe's transform for negative
 * binomial counts.
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
