/** Returns the growth in posts that use a hashtag: 1 is twice as many. No previous posts count as one. */
export const growthOf = (current: number, previous: number): number =>
  (current - previous) / Math.max(previous, 1);
