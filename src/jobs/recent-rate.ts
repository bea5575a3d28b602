/** How fast posts come in of late. */
export type RecentRate = {
  /** Counts posts and returns posts a second: over the last half minute, or since `restart` when that was later. */
  count(posts: number): number;
  /** Forgets what was before: another kind of work, such as reading an archive, took the time until now. */
  restart(): void;
};

const windowMs = 30_000;

/** Measures a speed that follows a job from phase to phase, as its average cannot. `now` in milliseconds. */
export function measureRecentRate(now: () => number): RecentRate {
  let done = 0;
  let marks = [{ at: now(), done }];
  return {
    count(posts) {
      done += posts;
      const at = now();
      marks.push({ at, done });
      // The first mark is the last one before the window: the time between two slow pages counts whole.
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
