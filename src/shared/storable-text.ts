import { BadInputError } from './errors.ts';
import { isStorable } from './text.ts';

/** Throws BAD_INPUT for text that Postgres cannot store: with a NUL character or half of a surrogate pair. */
export function requireStorable(text: string): void {
  if (!isStorable(text)) {
    throw new BadInputError('Text must not have NUL characters or halves of surrogate pairs');
  }
}
