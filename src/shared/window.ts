import { BadInputError } from './errors.ts';
import { formatDuration } from './duration.ts';
import { dayMs, minuteMs } from './instant.ts';

/** The shortest and longest window of trends, in milliseconds. */
const [minWindowMs, maxWindowMs] = [minuteMs, 90 * dayMs];

/** Returns the length of a window; throws BAD_INPUT when it is out of bounds. */
export function parseWindow(ms: number): number {
  if (ms < minWindowMs || ms > maxWindowMs) {
    throw new BadInputError(
      `Invalid window: ${formatDuration(ms)} asked, ${formatDuration(minWindowMs)} to ${formatDuration(maxWindowMs)} allowed`,
    );
  }
  return ms;
}
