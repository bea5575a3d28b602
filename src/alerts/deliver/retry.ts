import { dayMs } from '../../shared/instant.ts';

const firstPauseMs = 10_000;
const factor = 3;
/** Each pause is up to so much shorter or longer, so that what failed together is not tried together again. */
const jitter = 0.2;

/** Attempts of one delivery, until it is asked for again: the last is 27 hours after the first, give or take a fifth. */
export const triesMax = 10;

/** The pause after so many tries, in milliseconds: 10 s, 30 s, 90 s … 18 h. `random` is 0 to 1. Null: that was the last. */
export function pauseAfter(tries: number, random: number): number | null {
  if (tries >= triesMax) return null;
  return firstPauseMs * factor ** (tries - 1) * (1 + jitter * (2 * random - 1));
}

/** How long a target may fail without a single success before it is disabled. */
const patienceMs = 5 * dayMs;

/** Whether a target that has been failing since is given up. */
export const isGivenUp = (failingSince: number, now: number): boolean => now - failingSince >= patienceMs;
