import type { Metric } from '../../shared/stat-metric.ts';

/**
 * An hour of the week. Posts of one quarter-hour count as one, by their mean, and that as `cap` when it is above it.
 * Figures are counted as the metric's `Scale` says.
 */
export type SlotFigures = {
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
  readonly hour: number;
  /** Posts whose figure is known. */
  readonly posts: number;
  /** Quarter-hours with such a post. */
  readonly quarters: number;
  /** The sum of what these count, and of its squares. */
  readonly total: number;
  readonly squares: number;
  /** Of the whole scope, the same in each: 4 × `typical` + 1, or what the metric itself has as its highest. */
  readonly cap: number;
  /** The geometric mean of 1 + figure over all posts, less 1; with `highest`, their highest figure. */
  readonly typical: number;
  readonly highest: number;
};

/** How figures are counted: from the metric's lowest, times `perUnit`; the cap's shape is made for small whole numbers. */
export type Scale = { readonly lowest: number; readonly perUnit: number };

/** Rates count by the thousand impressions, scores from -1. */
export function scaleOf(metric: Metric): Scale {
  return { lowest: metric === 'SENTIMENT' ? -1 : 0, perUnit: metric === 'ENGAGEMENT_RATE' ? 1_000 : 1 };
}

/**
 * Slots are never taken to be more alike than so: their variance within over that between. Few posts show no
 * difference between slots even when there is one.
 */
const leastRatio = 90;

/** What is known of a scope as a whole. */
export type Scoring = {
  /** The account's own: the mean of what its quarter-hours count. */
  readonly own: number;
  /** The variance of what a quarter-hour counts, about its slot's mean. */
  readonly variance: number;
  /** The variance of the slots' own means, beyond what the other one makes: Bühlmann and Straub's estimate (1970). */
  readonly varianceBetween: number;
  readonly cap: number;
  /** The most by which a slot's total changes when a post of another slot goes, because the cap does. */
  readonly totalShift: (slot: SlotFigures) => number;
  /** The most by which `own` changes when a post goes. */
  readonly ownShift: number;
};

/** Returns how the slots of a scope are scored; null without any, and when every figure is the lowest. */
export function scoringOf(slots: readonly SlotFigures[], metric: Metric): Scoring | null {
  const [{ cap, typical, highest } = { cap: 0, typical: 0, highest: 0 }] = slots;
  const quarters = sum(slots, (slot) => slot.quarters);
  const own = sum(slots, (slot) => slot.total) / quarters;
  if (slots.length === 0 || own <= 0) return null;
  const between = sum(slots, (slot) => slot.total ** 2 / slot.quarters);
  // An account of a single post would be sure of it: one more observation, of twice its own, keeps it from that.
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
  // Only quarter-hours near the cap follow it. There are no more of them than the squares leave room for.
  const follows = cap - capShift;
  const totalShift = ({ quarters: all, squares: room }: SlotFigures) =>
    capShift * (follows > 0 ? Math.min(all, room / follows ** 2) : all);
  const ownShift = (cap + sum(slots, totalShift)) / Math.max(quarters - 1, 1);
  return { own, ...variances, cap, totalShift, ownShift };
}

const sum = (slots: readonly SlotFigures[], of: (slot: SlotFigures) => number): number =>
  slots.reduce((total, slot) => total + of(slot), 0);
