const longestMs = 10_000;

/**
 * The pause before the next attempt at a server that does not answer: about 1, 2, 4, 8, and then 10 seconds, with some
 * randomness so that tabs do not all return at once. `chance`: 0 to 1.
 */
export function waitMs(attempts: number, chance: number): number {
  return Math.min(longestMs, 1_000 * 2 ** Math.min(attempts, 10)) * (0.7 + 0.3 * chance);
}
