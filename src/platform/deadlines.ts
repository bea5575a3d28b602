/** Calls back when the time is over; returns what takes that back. */
export type Deadlines = (late: () => void) => () => void;

type Waiting = { readonly at: number; readonly late: () => void };

/**
 * The same time for many, with one timer for all: nearly everything ends long before its time is over, and to make and
 * to clear a timer takes a microsecond. It does not keep the process alive.
 */
export function createDeadlines(ms: number): Deadlines {
  /** In the order of their ends. */
  const waiting = new Set<Waiting>();
  let isTimed = false;

  const lookAfter = (ms: number): void => {
    isTimed = true;
    setTimeout(look, ms).unref();
  };
  const look = (): void => {
    isTimed = false;
    const now = performance.now();
    for (const one of waiting) {
      if (one.at > now) {
        lookAfter(one.at - now);
        return;
      }
      waiting.delete(one);
      one.late();
    }
  };

  return (late) => {
    const one = { at: performance.now() + ms, late };
    waiting.add(one);
    if (!isTimed) lookAfter(ms);
    return () => void waiting.delete(one);
  };
}
