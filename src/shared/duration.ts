import { Temporal } from 'temporal-polyfill';
import { BadInputError } from './errors.ts';

/**
 * Parses an ISO 8601 duration into milliseconds; throws BAD_INPUT when it is invalid or negative, or has months or
 * years.
 */
export function parseDuration(text: string): number {
  const duration = readDuration(text);
  // A month has no fixed length.
  if (duration.years !== 0 || duration.months !== 0) {
    throw new BadInputError(`No fixed length: ${text.slice(0, 60)}. Give days instead of months and years`);
  }
  if (duration.sign < 0) throw new BadInputError(`Negative duration: ${text.slice(0, 60)}`);
  const { weeks } = duration;
  return duration.with({ weeks: 0, days: duration.days + 7 * weeks }).total('milliseconds');
}

function readDuration(text: string): Temporal.Duration {
  try {
    return Temporal.Duration.from(text);
  } catch (cause) {
    throw new BadInputError(
      `Not an ISO 8601 duration: ${text.slice(0, 60)}. Expected e.g. PT15M, PT1H or P7D`,
      { cause },
    );
  }
}

/** Formats milliseconds as ISO 8601, in days of 24 hours and the rest: P7D, PT1H30M. */
export const formatDuration = (ms: number): string =>
  Temporal.Duration.from({ milliseconds: ms }).round({ largestUnit: 'days' }).toString();
