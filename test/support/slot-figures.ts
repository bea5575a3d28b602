import type { SlotFigures } from '../../src/stats/best-times/score.ts';

/** A post with its figure, at an instant in milliseconds. */
export type Figured = { readonly at: number; readonly figure: number };

const quarterMs = 900_000;

/** Computes the values that best-times/query.ts reads for these posts in UTC. */
export function slotFigures(posts: readonly Figured[]): readonly SlotFigures[] {
  const quarters = new Map<number, { posts: number; total: number }>();
  let logs = 0;
  let highest = 0;
  for (const { at, figure } of posts) {
    logs += Math.log1p(figure);
    highest = Math.max(highest, figure);
    const key = Math.floor(at / quarterMs);
    const quarter = quarters.get(key) ?? { posts: 0, total: 0 };
    quarters.set(key, quarter);
    quarter.posts += 1;
    quarter.total += figure;
  }
  const typical = Math.expm1(logs / posts.length);
  const cap = 4 * typical + 1;
  const slots = new Map<number, { posts: number; quarters: number; total: number; squares: number }>();
  for (const [key, quarter] of quarters) {
    // 1 January 1970 was a Thursday.
    const hour = (Math.floor(key / 4) + 72) % 168;
    const slot = slots.get(hour) ?? { posts: 0, quarters: 0, total: 0, squares: 0 };
    slots.set(hour, slot);
    const counted = Math.min(quarter.total / quarter.posts, cap);
    slot.posts += quarter.posts;
    slot.quarters += 1;
    slot.total += counted;
    slot.squares += counted ** 2;
  }
  return [...slots].map(([hour, slot]) => ({
    weekday: Math.floor(hour / 24) + 1,
    hour: hour % 24,
    ...slot,
    cap,
    typical,
    highest,
  }));
}

/** An instant in quarter-hour `quarter` of hour `hour` of the week, 0 for Monday at midnight, in a week after 1970. */
export const atSlot = (week: number, hour: number, quarter = 0): number =>
  Date.UTC(1970, 0, 5) + (week * 168 + hour) * 3_600_000 + quarter * quarterMs;

/** The most places by which a slot moves between two orders; slots that are in only one order do not count. */
export function furthestMove<Slot>(before: readonly Slot[], after: readonly Slot[]): number {
  const then = before.filter((slot) => after.includes(slot));
  const now = after.filter((slot) => before.includes(slot));
  return Math.max(0, ...now.map((slot, place) => Math.abs(then.indexOf(slot) - place)));
}
