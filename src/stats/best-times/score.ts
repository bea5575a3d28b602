import type { Metric } from '../../shared/stat-metric.ts';

/**
 * An hour of the week. Posts of one quarter-hour count as one, with their mean, at most `cap`. Figures are in the
 * metric's `Scale`.
 */
export type SlotFigures = {
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
  readonly hour: number;
  /** Posts with a known figure. */
  readonly posts: number;
  /** Quarter-hours with such a post. */
  readonly quarters: number;
  /** The sum of the quarter-hours' values, and of their squares. */
  readonly total: number;
  readonly squares: number;
  /** The same for every slot of the scope: 4 × `typical` + 1, or the metric's own maximum. */
  readonly cap: number;
  /** The geometric mean of 1 + figure over all posts, minus 1; and their highest figure, `highest`. */
  readonly typical: number;
  readonly highest: number;
};

/**
 * The scale of figures: distance from the metric's lowest value, times `perUnit`. The cap's formula is made for small
 * whole numbers.
 */
export type Scale = { readonly lowest: number; readonly perUnit: number };

/** Rates are per thousand impressions; scores are measured from -1. */
export function scaleOf(metric: Metric): Scale {
  return { lowest: metric === 'SENTIMENT' ? -1 : 0, perUnit: metric === 'ENGAGEMENT_RATE' ? 1_000 : 1 };
}

/**
 * Limit on how similar slots may be: variance within slots over variance between them. Few posts show no difference
 * between slots even when there is one.
 */
const leastRatio = 90;

/** Values of a whole scope. */
export type Scoring = {
  /** The account's mean over its quarter-hours. */
  readonly own: number;
  /** The variance of quarter-hours around their slot's mean. */
  readonly variance: number;
  /**
   * The variance between the slots' means, without the part that the other variance causes: the estimate of Bühlmann
   * and Straub (1970).
   */
  readonly varianceBetween: number;
  readonly cap: number;
  /** The most that deleting a post of another slot changes a slot's total, since it changes the cap. */
  readonly totalShift: (slot: SlotFigures) => number;
  /** The most that deleting a post changes `own`. */
  readonly ownShift: number;
};

/** Returns the scoring of a scope's slots; null when there are none, or when every figure is the lowest. */
export function scoringOf(slots: readonly SlotFigures[], metric: Metric): Scoring | null {
  const [{ cap, typical, highest } = { cap: 0, typical: 0, highest: 0 }] = slots;
  const quarters = sum(slots, (slot) => slot.quarters);
  const own = sum(slots, (slot) => slot.total) / quarters;
  if (slots.length === 0 || own <= 0) return null;
  const between = sum(slots, (slot) => slot.total ** 2 / slot.quarters);
  // With a single post the variance would be 0. One additional observation at twice the mean prevents that.
  const within = Math.max(sum(slots, (slot) => slot.squares) - between, 0) + own ** 2;
  const variance = within / (quarters - slots.length + 1);
  const sizes = quarters - sum(slots, (slot) => slot.quarters ** 2) / quarters;
  const excess = between - quarters * own ** 2 - (slots.length - 1) * variance;
  const variances = {
    variance,
    varianceBetween: Math.max(sizes > 0 ? excess / sizes : 0, variance / leastRatio),
  };

  const otherPosts = Math.max(sum(slots, (slot) => slot.posts) - 1, 1);
  const growth = Math.expm1(Math.log1p(highest) / otherPosts);
  const capShift = metric === 'SENTIMENT' ? 0 : 4 * (1 + typical) * growth;
  // Only quarter-hours near the cap follow it. The sum of squares limits their number.
  const follows = cap - capShift;
  const totalShift = ({ quarters: all, squares: room }: SlotFigures) =>
    capShift * (follows > 0 ? Math.min(all, room / follows ** 2) : all);
  const ownShift = (cap + sum(slots, totalShift)) / Math.max(quarters - 1, 1);
  return { own, ...variances, cap, totalShift, ownShift };
}

const sum = (slots: readonly SlotFigures[], of: (slot: SlotFigures) => number): number =>
  slots.reduce((total, slot) => total + of(slot), 0);
