import { BadInputError } from '../shared/errors.ts';

/** Parses a stored payload without checking its contents; throws BadInputError when it is not JSON. */
export function parseRawJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (cause) {
    throw new BadInputError('A raw payload is not JSON.', { cause });
  }
}
