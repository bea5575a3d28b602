import { dayMs } from '../../shared/instant.ts';

const firstPauseMs = 10_000;
const factor = 3;
/** Each pause varies by this share, so that deliveries that failed together are not retried together. */
const jitter = 0.2;

/** Most attempts of one delivery before a replay. The last is about 27 hours after the first, plus or minus a fifth. */
export const triesMax = 10;

/**
 * Returns the pause after so many tries, in milliseconds: 10 s, 30 s, 90 s … 18 h. `random` is 0 to 1. Null after the
 * last try.
 */
export function pauseAfter(tries: number, random: number): number | null {
  if (tries >= triesMax) return null;
  return firstPauseMs * factor ** (tries - 1) * (1 + jitter * (2 * random - 1));
}

/** How long a target may fail without a single success before it is disabled. */
const patienceMs = 5 * dayMs;

/** Whether a target that has failed since `failingSince` is given up. */
export const isGivenUp = (failingSince: number, now: number): boolean => now - failingSince >= patienceMs;
