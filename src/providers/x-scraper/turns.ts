import { setTimeout as timeout } from 'node:timers/promises';

/** Waits; rejects at once when the signal is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<unknown>;

const sleepOnClock: Sleep = (ms, signal) => timeout(ms, undefined, { signal });

/** Serialises calls to X: one at a time, with at least `spacingMs` between the starts of two requests. */
type Turns = {
  /** Runs the work after everything queued before it. An abort removes it from the queue. */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Waits until the next request may start, and records its start. */
  space(signal: AbortSignal): Promise<void>;
};

/** Creates the queue of one provider, shared by all its calls. */
export function createTurns(options: {
  readonly spacingMs: number;
  readonly now: () => number;
  readonly sleep?: Sleep | undefined;
}): Turns {
  const sleep = options.sleep ?? sleepOnClock;
  let queue: Promise<void> = Promise.resolve();
  let startedAt = Number.NEGATIVE_INFINITY;
  return {
    async take(signal, work) {
      const before = queue;
      const { promise: done, resolve: finish } = withResolvers();
      queue = before.then(() => done);
      try {
        await untilAborted(() => before, signal);
        return await work();
      } finally {
        finish();
      }
    },
    async space(signal) {
      const wait = startedAt + options.spacingMs - options.now();
      if (wait > 0) await untilAborted(() => sleep(wait, signal), signal);
      startedAt = options.now();
    },
  };
}

/** Returns the result of the wait, or throws the signal's reason. */
async function untilAborted<T>(wait: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, resolve: abort } = withResolvers();
  const onAbort = () => abort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const first = await Promise.race([wait().then((value) => ({ value })), aborted.then(() => null)]);
    if (first !== null) return first.value;
  } catch (cause) {
    // An aborted sleep rejects with an error of its own.
    signal.throwIfAborted();
    throw cause;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  throw signal.reason;
}

/** Like Promise.withResolvers, which Node has since version 22. */
function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
