/** Too much work is waiting. */
export class NoSlotError extends Error {
  override readonly name = 'NoSlotError';
}

/** Limits concurrent and waiting work; refuses the rest. */
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
  /** In order of arrival. */
  const queue = new Set<() => void>();
  let running = 0;

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
      if (running < atOnce) running += 1;
      else if (queue.size >= waiting) throw new NoSlotError(`${waiting} wait already`);
      // Finished work passes its slot on, so that later work cannot overtake.
      else await turn(signal);
      try {
        return await work();
      } finally {
        const [next] = queue;
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
