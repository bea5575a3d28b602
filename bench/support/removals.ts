import { type Figured, furthestMove } from '../../test/support/slot-figures.ts';
import { type Rated, slotOf } from './posting-slots.ts';

/** Effects on a ranking of removing one post, over many posts. */
export type Removals = {
  readonly tried: number;
  /** How often a slot moved by two or more places, among slots ranked before and after. */
  readonly moved: number;
  /** How often another slot than the post's own appeared or disappeared. */
  readonly changed: number;
};

/** Removes posts one at a time: a tenth of them those with the highest figures, the others evenly over time. */
export function removals(
  posts: readonly Figured[],
  order: (posts: readonly Figured[]) => readonly Rated[],
  count: number,
): Removals {
  const most = [...posts].sort((a, b) => b.figure - a.figure).slice(0, Math.ceil(count / 10));
  const step = Math.max(1, Math.floor(posts.length / (count - most.length)));
  const gone = [...most, ...posts.filter((_, index) => index % step === 0)];
  const before = order(posts).map(({ slot }) => slot);
  let [moved, changed] = [0, 0];
  for (const post of gone) {
    const after = order(posts.filter((other) => other !== post)).map(({ slot }) => slot);
    if (furthestMove(before, after) > 1) moved += 1;
    const others = (slots: readonly number[]) => slots.filter((slot) => slot !== slotOf(post.at)).sort();
    if (others(before).join() !== others(after).join()) changed += 1;
  }
  return { tried: gone.length, moved, changed };
}
