import { BadInputError } from './errors.ts';

/** Returns a share, 0 to 1; throws BAD_INPUT when it is out of bounds. */
export function parseRate(rate: number, name: string): number {
  if (!(rate >= 0 && rate <= 1)) throw new BadInputError(`Invalid ${name}: ${rate} given, 0 to 1 allowed`);
  return rate;
}
