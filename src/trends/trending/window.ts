import { BadInputError } from '../../shared/errors.ts';
import { formatDuration } from '../../shared/duration.ts';
import { dayMs, minuteMs, toIso } from '../../shared/instant.ts';
import type { Stretch } from './profile.ts';

const shortestMs = minuteMs;
const longestMs = 90 * dayMs;
const firstEnd = Date.UTC(1970, 0, 1);
const lastEnd = Date.UTC(2100, 0, 1);

export const windowRule = 'PT1M to P90D';

/** Returns the length of a window in milliseconds; BAD_INPUT when it is out of bounds. */
export function parseWindow(ms: number): number {
  if (ms >= shortestMs && ms <= longestMs) return ms;
  const asked = ms > 1e15 ? 'an endless one' : formatDuration(Math.trunc(ms));
  throw new BadInputError(`Invalid window: ${asked} asked, ${windowRule} allowed`);
}

/** Returns the end of a window, null without one; BAD_INPUT outside of 1970 to 2099. */
export function parseEnd(endingAt: Date | null | undefined): number | null {
  if (endingAt == null) return null;
  const end = endingAt.getTime();
  if (end < firstEnd || end >= lastEnd)
    throw new BadInputError(`Invalid endingAt: ${toIso(end)} asked, the years 1970 to 2099 allowed`);
  return end;
}

/** Returns the window that ends `lengths` of its lengths earlier. */
export const earlier = ({ from, to }: Stretch, lengths: number): Stretch => ({
  from: from - lengths * (to - from),
  to: to - lengths * (to - from),
});

/**
 * Returns how long a window that ends now may be served, in milliseconds: a sixtieth of its length, at least a
 * second.
 */
export const keepMsOf = (windowMs: number, ttlMs: number): number =>
  Math.min(ttlMs, Math.max(1_000, windowMs / 60));
