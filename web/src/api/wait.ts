const longestMs = 10_000;

/**
 * How long to wait before the next attempt at a server that does not answer: about 1, 2, 4, 8, and from then on 10
 * seconds, each a little different so that not all tabs of all people come back at once. `chance`: 0 to 1.
 */
export function waitMs(attempts: number, chance: number): number {
  return Math.min(longestMs, 1_000 * 2 ** Math.min(attempts, 10)) * (0.7 + 0.3 * chance);
}
