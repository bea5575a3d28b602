/** What a process has opened so far. */
export type Opened = {
  /** Is told how to close what was just opened; throws where nothing more is to be opened. */
  add(close: () => Promise<unknown>): void;
  /** Closes everything, the last one first; one that fails keeps none of the others open. */
  close(): Promise<void>;
};

/** Nothing more is opened once `stopped` is aborted. */
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
