import { BadInputError } from './errors.ts';
import { isStorable } from './text.ts';

/** BAD_INPUT for text that Postgres cannot hold: with a NUL character, or half of a surrogate pair. */
export function requireStorable(text: string): void {
  if (!isStorable(text)) {
    throw new BadInputError('Text may hold neither NUL characters nor halves of surrogate pairs');
  }
}
