import { dayMs } from '../../shared/instant.ts';

/** Longer than any provider's limit lasts: even monthly limits end sooner. */
const longestMs = 32 * dayMs;

/**
 * Checks the instant (ms since 1970) at which a provider says that its limit ends. Null when it is past, or too far in
 * the future to be plausible.
 */
export function resetTime(announced: number, now: number): number | null {
  return announced > now && announced <= now + longestMs ? announced : null;
}
