type Flight = {
  readonly done: Promise<void>;
  readonly end: AbortController;
  /** How many callers wait for it. */
  waiting: number;
};

/** Shares work between concurrent callers. */
export type Flights = {
  has(key: string): boolean;
  /**
   * Starts the work of a key, or waits for it when it is running. The work stops when nobody waits any more. Rejects
   * with the reason of the caller's own signal when that comes first.
   */
  join(key: string, signal: AbortSignal, work: (end: AbortController) => Promise<void>): Promise<void>;
};

export function createFlights(): Flights {
  const flights = new Map<string, Flight>();

  const begin = (key: string, work: (end: AbortController) => Promise<void>): Flight => {
    const end = new AbortController();
    const flight: Flight = { done: work(end), end, waiting: 0 };
    const over = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.done.then(over, over);
    flights.set(key, flight);
    return flight;
  };

  return {
    has: (key) => flights.has(key),
    async join(key, signal, work) {
      signal.throwIfAborted();
      const flight = flights.get(key) ?? begin(key, work);
      flight.waiting += 1;
      const { promise: left, leave } = leaving(signal);
      try {
        await Promise.race([flight.done, left]);
      } finally {
        signal.removeEventListener('abort', leave);
        flight.waiting -= 1;
        if (flight.waiting === 0) {
          // Later callers start new work, which is not aborted with this.
          if (flights.get(key) === flight) flights.delete(key);
          flight.end.abort(new Error('nobody waits for it'));
        }
      }
    },
  };
}

function leaving(signal: AbortSignal): { readonly promise: Promise<never>; readonly leave: () => void } {
  let leave = () => {};
  const promise = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
  });
  signal.addEventListener('abort', leave, { once: true });
  return { promise, leave };
}
