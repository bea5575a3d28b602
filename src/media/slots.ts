/** More work waits than is allowed. */
export class NoSlotError extends Error {
  override readonly name = 'NoSlotError';
}

/** Runs so much work at once, has so much more wait its turn, and refuses the rest. */
export type Slots = {
  /** Runs the work when its turn comes; rejects with the signal's reason when that comes first. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
};

export function createSlots({
  atOnce,
  waiting,
}: {
  readonly atOnce: number;
  readonly waiting: number;
}): Slots {
  /** In the order in which they came. */
  const queue = new Set<() => void>();
  let underWay = 0;

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = () => {
        queue.delete(begin);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        queue.delete(begin);
        reject(signal.reason);
      };
      queue.add(begin);
      signal.addEventListener('abort', leave, { once: true });
    });

  return {
    async run(signal, work) {
      signal.throwIfAborted();
      if (underWay < atOnce) underWay += 1;
      else if (queue.size >= waiting) throw new NoSlotError(`${waiting} wait already`);
      // Whoever ends hands its slot on, so that nobody comes between.
      else await turn(signal);
      try {
        return await work();
      } finally {
        const [next] = queue;
        if (next === undefined) underWay -= 1;
        else next();
      }
    },
  };
}
