import { formatDuration } from '../shared/duration.ts';
import { BadInputError } from '../shared/errors.ts';

/** Returns the number; throws BAD_INPUT when it is out of bounds. Both bounds are inclusive. */
export function requireBetween(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new BadInputError(`Invalid ${name}: ${value} asked, ${min} to ${max} allowed`);
}

/** Returns the duration (ms); throws BAD_INPUT when it is out of bounds. Both bounds are inclusive. */
export function requireDuration(name: string, ms: number, min: number, max: number): number {
  if (ms >= min && ms <= max) return ms;
  const [asked, least, most] = [ms, min, max].map((one) => formatDuration(one));
  throw new BadInputError(`Invalid ${name}: ${asked} asked, ${least} to ${most} allowed`);
}
