import { selectFirm, type SlotScore } from './firm.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { type Scale, type Scoring, type SlotFigures, scaleOf, scoringOf } from './score.ts';

/** An hour of the week, with the expected result of a post in it. */
export type PostingSlot = {
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly posts: number;
  readonly expected: number;
  readonly lift: number;
  readonly low: number;
  readonly high: number;
  readonly enough: boolean;
};

/**
 * How many quarter-hours at the account's mean are added to each slot: the m of the m-estimate (B. Cestnik, "Estimating
 * probabilities", ECAI 1990). README.md has a back-test of other values.
 */
export const priorQuarters = 30;

/** A slot needs at least this many quarter-hours for a firm rank. */
export const leastQuarters = 20;

/** 80 % of a normal distribution lie within this many standard deviations of its mean. */
const z80 = 1.2816;

/**
 * Ranks every hour of the week that has a post: first the slots with a firm rank (`selectFirm`), then the others. Both
 * groups are sorted by score, then by more posts, then by earlier in the week. Empty when no figure is known, and when
 * every figure is the lowest possible.
 */
export function rankSlots(slots: readonly SlotFigures[], metric: Metric): readonly PostingSlot[] {
  const scoring = scoringOf(slots, metric);
  if (scoring === null) return [];
  const scored = slots.map((slot) => scoreSlot(slot, scoring, scaleOf(metric))).sort(byPromise);
  const placed = scored.filter(({ quarters }) => quarters >= leastQuarters);
  const firm = new Set(selectFirm(placed));
  const rest = scored.filter((slot) => !firm.has(slot));
  return [...firm, ...rest].map(({ slot }, index) => ({ ...slot, enough: index < firm.size }));
}

type Scored = SlotScore & {
  readonly quarters: number;
  /** The rounded score. Slots are sorted by it. */
  readonly promise: number;
  readonly slot: Omit<PostingSlot, 'enough'>;
};

function scoreSlot(figures: SlotFigures, scoring: Scoring, { lowest, perUnit }: Scale): Scored {
  const { weekday, hour, posts, quarters, total } = figures;
  const { own, cap, variance, varianceBetween, totalShift, ownShift } = scoring;
  const weight = quarters + priorQuarters;
  const score = (total + priorQuarters * own) / weight;
  const expected = lowest + score / perUnit;
  const lift = score / own;
  // The error of the shrunk mean: chance in the slot's own quarter-hours, and the pull towards the account's mean.
  const error = Math.sqrt(quarters * variance + priorQuarters ** 2 * varianceBetween) / weight;
  const margin = (z80 * error) / own;
  const [low, high] = [Math.max(0, lift - margin), lift + margin];
  const left = weight - 1;
  return {
    slot: { weekday, hour, posts, expected, lift, low, high },
    quarters,
    score,
    promise: twelveDigits(score),
    // Without one of its posts, a quarter-hour of several has twice its mean at most.
    rise: Math.max(score, cap / 2) / left,
    fall: cap / left,
    drift: (totalShift(figures) + priorQuarters * ownShift) / left,
  };
}

/**
 * Slots at the account's mean are equal, however many posts they have; floating point makes their last digits differ.
 */
const twelveDigits = (value: number) => Number(value.toPrecision(12));

function byPromise(a: Scored, b: Scored): number {
  return (
    b.promise - a.promise ||
    b.slot.posts - a.slot.posts ||
    a.slot.weekday - b.slot.weekday ||
    a.slot.hour - b.slot.hour
  );
}
