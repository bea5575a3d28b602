/** Reads that are shared by those who ask at the same time. */
export type Reads<Value> = {
  /** Resolves with what a read brought that began after this call. */
  ask(): Promise<Value>;
};

/**
 * Shares reads: at most one is under way and one more waits for it, however many ask. Nobody is given what was read
 * before they asked.
 */
export function coalesceReads<Value>(read: () => Promise<Value>): Reads<Value> {
  let running: Promise<Value> | null = null;
  let next: Promise<Value> | null = null;
  const start = (): Promise<Value> => {
    const reading = read().finally(() => {
      if (running === reading) running = null;
    });
    running = reading;
    return reading;
  };
  return {
    ask() {
      if (running === null) return start();
      next ??= running
        .catch(() => {})
        .then(() => {
          next = null;
          return start();
        });
      return next;
    },
  };
}
