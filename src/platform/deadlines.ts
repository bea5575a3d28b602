/** Calls back when the time is over; returns a function that cancels. */
export type Deadlines = (late: () => void) => () => void;

type Waiting = { readonly at: number; readonly late: () => void };

/**
 * Creates deadlines of equal length that share one timer, because creating and clearing a timer takes a microsecond and
 * nearly all work ends in time. The timer does not keep the process alive.
 */
export function createDeadlines(ms: number): Deadlines {
  /** In the order of their deadlines. */
  const waiting = new Set<Waiting>();
  let isTimed = false;

  const checkAfter = (ms: number): void => {
    isTimed = true;
    setTimeout(check, ms).unref();
  };
  const check = (): void => {
    isTimed = false;
    const now = performance.now();
    for (const one of waiting) {
      if (one.at > now) {
        checkAfter(one.at - now);
        return;
      }
      waiting.delete(one);
      one.late();
    }
  };

  return (late) => {
    const one = { at: performance.now() + ms, late };
    waiting.add(one);
    if (!isTimed) checkAfter(ms);
    return () => void waiting.delete(one);
  };
}
