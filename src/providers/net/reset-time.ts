import { dayMs } from '../../shared/instant.ts';

/** Longer than any limit of a provider's lasts: months end within it. */
const longestMs = 32 * dayMs;

/** When a limit ends that a provider told of, ms since 1970; null when it is over, or too far off to be believed. */
export function resetTime(told: number, now: number): number | null {
  return told > now && told <= now + longestMs ? told : null;
}
