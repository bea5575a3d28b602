import type { SlotFigures } from './score.ts';

/** Values that are the same for all slots of a scope: see `SlotFigures`. */
export type Usual = Pick<SlotFigures, 'cap' | 'typical' | 'highest'>;

/** An hour of the week, 0 to 167, with the sums of its quarter-hours. */
export type SlotSums = Pick<SlotFigures, 'posts' | 'quarters' | 'total' | 'squares'> & {
  readonly slot: number;
};

/** Quarter-hours as columns: the hour of the week, the posts that know the metric, and the sum of their figures. */
export type Quarters = {
  readonly slots: Int32Array;
  readonly posts: ArrayLike<number>;
  readonly totals: ArrayLike<number>;
};

/** Adds quarter-hours to slots. A quarter-hour with posts counts once, with its mean, at most the cap. */
export function addQuarters(
  slots: readonly SlotSums[],
  usual: Usual,
  { slots: slotOf, posts, totals }: Quarters,
): readonly SlotFigures[] {
  const sums = Array.from({ length: 168 }, () => ({ posts: 0, quarters: 0, total: 0, squares: 0 }));
  for (const { slot, ...figures } of slots) sums[slot] = figures;
  for (let at = 0; at < slotOf.length; at += 1) {
    const [slot, count] = [sums[slotOf[at] ?? 0], posts[at] ?? 0];
    if (slot === undefined || count === 0) continue;
    const counted = Math.min((totals[at] ?? 0) / count, usual.cap);
    slot.posts += count;
    slot.quarters += 1;
    slot.total += counted;
    slot.squares += counted * counted;
  }
  return sums.flatMap((figures, slot) =>
    figures.quarters === 0
      ? []
      : [{ weekday: Math.floor(slot / 24) + 1, hour: slot % 24, ...figures, ...usual }],
  );
}
