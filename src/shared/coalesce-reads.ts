/** Shares reads between concurrent callers. */
export type Reads<Value> = {
  /** Resolves with the result of a read that began after this call. */
  ask(): Promise<Value>;
};

/**
 * Creates shared reads: at most one is running and one more waits for it, however many callers there are. Nobody gets a
 * result from before their call.
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
