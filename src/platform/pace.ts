import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses between looks at something that may be told of, or may change in silence. */
export type Pace = {
  /** There is something to look at: the pause at hand, or the next one, is a short one. */
  wake(): void;
  /** Resolves when it is time to look again. Never rejects. */
  rest(): Promise<void>;
};

/** What is told in quick succession is looked at together. */
const shortMs = 200;

/** A pace of one look in `everyMs`, and earlier ones when it is woken. Pauses end when the signal fires. */
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
