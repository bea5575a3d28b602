import { type Figured, slotFigures } from '../../test/support/slot-figures.ts';
import { type Rated, slotOf } from './posting-slots.ts';

/** How well a rating of hours predicts new posts. */
export type Prediction = {
  /** The mean rank of posts in the first five hours among the posts of their weeks, minus a half: 0 is chance. */
  readonly rank: number;
  readonly posts: number;
  /** The share of the squared error of "every hour is alike" that it removes; negative when it adds to it. */
  readonly error: number;
};

const ends = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const weekMs = 7 * 86_400_000;

/**
 * Rates the hours by the weeks before and compares with the posts of the weeks after, over six periods of the newest
 * three fifths of the posts, which are in order of time. Null when there are too few.
 */
export function backTest(
  posts: readonly Figured[],
  rate: (posts: readonly Figured[]) => readonly Rated[],
): Prediction | null {
  let [inFirst, ranks, error, flat] = [0, 0, 0, 0];
  for (let stretch = 1; stretch < ends.length; stretch += 1) {
    const [from, to] = [cut(posts, ends[stretch - 1] ?? 0), cut(posts, ends[stretch] ?? 1)];
    const before = posts.filter(({ at }) => at < from);
    const after = posts.filter(({ at }) => at >= from && at < to);
    if (before.length < 50 || after.length < 10) continue;
    const rated = rate(before);
    const first = new Set(rated.slice(0, 5).map(({ slot }) => slot));
    const lifts = new Map(rated.map(({ slot, lift }) => [slot, lift]));
    const rank = ranksOf(after);
    for (const [index, { at }] of after.entries()) {
      if (!first.has(slotOf(at))) continue;
      inFirst += 1;
      ranks += (rank[index] ?? 0.5) - 0.5;
    }
    // Capped like the period's own posts, so that viral ones do not decide; relative to the period's mean, since no
    // rating of hours predicts an account's growth. Each period counts the same.
    const cap = slotFigures(after)[0]?.cap ?? 0;
    const real = after.map(({ figure }) => Math.min(figure, cap));
    const predicted = after.map(({ at }) => lifts.get(slotOf(at)) ?? 1);
    const [mean, level] = [meanOf(real), meanOf(predicted)];
    const spread = meanOf(real.map((figure) => (figure - mean) ** 2));
    if (spread === 0) continue;
    flat += 1;
    error +=
      meanOf(real.map((figure, index) => (figure - (mean * (predicted[index] ?? 1)) / level) ** 2)) / spread;
  }
  return flat === 0
    ? null
    : { rank: inFirst === 0 ? 0 : ranks / inFirst, posts: inFirst, error: 1 - error / flat };
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** The start of the week that reaches this share of the posts. */
function cut(posts: readonly Figured[], share: number): number {
  const last = posts[Math.min(posts.length - 1, Math.floor(posts.length * share))];
  return share === 1 ? Number.POSITIVE_INFINITY : Math.floor((last?.at ?? 0) / weekMs) * weekMs;
}

/** Each post's rank by its figure, from 0 to 1; equal posts share theirs. */
function ranksOf(posts: readonly Figured[]): readonly number[] {
  const sorted = posts.map(({ figure }) => figure).sort((a, b) => a - b);
  const places = new Map<number, number>();
  for (let from = 0; from < sorted.length; ) {
    const figure = sorted[from] ?? 0;
    let to = from;
    while (sorted[to] === figure) to += 1;
    places.set(figure, (from + to) / 2 / sorted.length);
    from = to;
  }
  return posts.map(({ figure }) => places.get(figure) ?? 0.5);
}
