import { BadInputError } from '../shared/errors.ts';

/** What a kept payload says, before anybody checked what is in it; a BadInputError when it is no JSON. */
export function parseRawJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (cause) {
    throw new BadInputError('A raw payload is not JSON.', { cause });
  }
}
