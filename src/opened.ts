/** The things that a process has opened, to close them. */
export type Opened = {
  /** Registers how to close what was just opened. Throws when nothing more may be opened. */
  add(close: () => Promise<unknown>): void;
  /** Closes everything in reverse order, even when one fails. */
  close(): Promise<void>;
};

/** Creates an `Opened`; when `stopped` is aborted, `add` throws. */
export function openedUntil(stopped: AbortSignal): Opened {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    const next = closers.pop();
    if (next === undefined) return;
    try {
      await next();
    } finally {
      await close();
    }
  };
  return {
    add(closer) {
      closers.push(closer);
      stopped.throwIfAborted();
    },
    close,
  };
}
