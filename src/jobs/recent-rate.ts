/** The recent rate of posts. */
export type RecentRate = {
  /** Counts posts. Returns posts per second over the last half minute, or since a later `restart`. */
  count(posts: number): number;
  /** Restarts the measurement after other work, such as reading an archive. */
  restart(): void;
};

const windowMs = 30_000;

/** Measures the current rate of a job; an average would hide its phases. `now` is in milliseconds. */
export function measureRecentRate(now: () => number): RecentRate {
  let done = 0;
  let marks = [{ at: now(), done }];
  return {
    count(posts) {
      done += posts;
      const at = now();
      marks.push({ at, done });
      // Start at the last mark before the window: the time between two slow pages counts in full.
      const within = marks.findIndex((mark) => mark.at > at - windowMs);
      if (within > 1) marks = marks.slice(within - 1);
      const [from = { at, done }] = marks;
      return at > from.at ? ((done - from.done) * 1_000) / (at - from.at) : 0;
    },
    restart() {
      marks = [{ at: now(), done }];
    },
  };
}
