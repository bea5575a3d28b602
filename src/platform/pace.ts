import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses between checks of something that may change with or without a notification. */
export type Pace = {
  /** Announces that there is something to check: shortens the current pause, or the next one. */
  wake(): void;
  /** Resolves when it is time for the next check. Never rejects. */
  rest(): Promise<void>;
};

/** Combines notifications in quick succession into one check. */
const shortMs = 200;

/** Creates a pace of one check in `everyMs`, and earlier ones after `wake`. Pauses end when the signal fires. */
export function createPace(everyMs: number, signal: AbortSignal): Pace {
  let isWoken = false;
  let pause: AbortController | null = null;
  const wait = async (ms: number, until: AbortSignal) => {
    await sleep(ms, undefined, { signal: until, ref: false }).catch(() => {});
  };
  return {
    wake() {
      isWoken = true;
      pause?.abort();
    },
    async rest() {
      if (!isWoken) {
        pause = new AbortController();
        await wait(everyMs, AbortSignal.any([signal, pause.signal]));
        pause = null;
      }
      if (isWoken) await wait(Math.min(shortMs, everyMs), signal);
      isWoken = false;
    },
  };
}
