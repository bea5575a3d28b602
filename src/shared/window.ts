import { BadInputError } from './errors.ts';
import { formatDuration } from './duration.ts';
import { dayMs, minuteMs } from './instant.ts';

/** Windows of time that trends are told of, in milliseconds. */
const [minWindowMs, maxWindowMs] = [minuteMs, 90 * dayMs];

/** The length of a window, or BAD_INPUT when it is out of bounds. */
export function parseWindow(ms: number): number {
  if (ms < minWindowMs || ms > maxWindowMs) {
    throw new BadInputError(
      `Invalid window: ${formatDuration(ms)} asked, ${formatDuration(minWindowMs)} to ${formatDuration(maxWindowMs)} allowed`,
    );
  }
  return ms;
}
