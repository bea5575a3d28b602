import type { Figured } from '../../test/support/slot-figures.ts';
import { type Rated, slotOf } from './posting-slots.ts';

/** What became of an order when one post was taken away, over many posts. */
export type Removals = {
  readonly tried: number;
  /** How often a slot moved by two places or more. */
  readonly moved: number;
  /** How often another slot than the post's came or went. */
  readonly changed: number;
};

/** Takes away posts one at a time: those with the most, a tenth of all that are tried, and others evenly over time. */
export function removals(
  posts: readonly Figured[],
  order: (posts: readonly Figured[]) => readonly Rated[],
  count: number,
): Removals {
  const most = [...posts].sort((a, b) => b.figure - a.figure).slice(0, Math.ceil(count / 10));
  const step = Math.max(1, Math.floor(posts.length / (count - most.length)));
  const gone = [...most, ...posts.filter((_, index) => index % step === 0)];
  const before = placesOf(order(posts));
  let [moved, changed] = [0, 0];
  for (const post of gone) {
    const after = placesOf(order(posts.filter((other) => other !== post)));
    const slots = [...new Set([...before.keys(), ...after.keys()])];
    const steps = slots.map((slot) => {
      const [then, now] = [before.get(slot), after.get(slot)];
      return then === undefined || now === undefined ? 0 : Math.abs(now - then);
    });
    if (Math.max(0, ...steps) > 1) moved += 1;
    if (slots.some((slot) => slot !== slotOf(post.at) && before.has(slot) !== after.has(slot))) changed += 1;
  }
  return { tried: gone.length, moved, changed };
}

const placesOf = (slots: readonly Rated[]) => new Map(slots.map(({ slot }, place) => [slot, place]));
