import { rankSlots } from '../../src/stats/best-times/compute.ts';
import { type Figured, slotFigures } from '../../test/support/slot-figures.ts';

/** An hour of the week as one of the methods rates it. */
export type Rated = {
  readonly slot: number;
  readonly posts: number;
  readonly lift: number;
  readonly low?: number;
  readonly high?: number;
  readonly enough?: boolean;
};

/** The hour of the week of an instant, in UTC: 0 is Monday at midnight. 1 January 1970 was a Thursday. */
export const slotOf = (at: number): number => (Math.floor(at / 3_600_000) + 72) % 168;

/** Slots as larkstat ranks them. */
export const robust = (posts: readonly Figured[]): readonly Rated[] =>
  rankSlots(slotFigures(posts), 'ENGAGEMENT').map(({ weekday, hour, ...slot }) => ({
    ...slot,
    slot: (weekday - 1) * 24 + hour,
  }));

/** The same by lift alone, with or without `enough`. */
export const byLift = (posts: readonly Figured[]): readonly Rated[] =>
  [...robust(posts)].sort((a, b) => b.lift - a.lift);

/**
 * Slots as version 0.1.0 ranked them: by the plain mean, with ten posts at the account's mean added to the slot's own.
 */
export function plainMeans(posts: readonly Figured[]): readonly Rated[] {
  const mean = posts.reduce((sum, { figure }) => sum + figure, 0) / posts.length;
  const slots = new Map<number, { posts: number; sum: number }>();
  for (const { at, figure } of posts) {
    const own = slots.get(slotOf(at)) ?? { posts: 0, sum: 0 };
    slots.set(slotOf(at), { posts: own.posts + 1, sum: own.sum + figure });
  }
  return [...slots]
    .map(([slot, own]) => ({
      slot,
      posts: own.posts,
      lift: mean > 0 ? (own.sum + 10 * mean) / (own.posts + 10) / mean : 1,
    }))
    .sort((a, b) => b.lift - a.lift || b.posts - a.posts || a.slot - b.slot);
}
