/** By how much more posts use a hashtag than before: 1 is twice as many. Before the first one it counts as one. */
export const growthOf = (current: number, previous: number): number =>
  (current - previous) / Math.max(previous, 1);
