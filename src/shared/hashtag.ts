import { BadInputError } from './errors.ts';
import { foldTerm } from './fold.ts';

/** Characters that no hashtag has: spaces, hash signs, ASCII punctuation except the underscore. */
const foreign = /[\s#＃!-/:-@[-^`{-~]/;

/** Returns the counted form of a hashtag, given without #; null when the text cannot be one, which needs a letter. */
export function findTag(text: string): string | null {
  return /[\p{L}\p{M}]/u.test(text) && !foreign.test(text) ? foldTerm(text) : null;
}

/** X accepts no longer posts, so no hashtag is longer. */
const maxTagLength = 280;

/**
 * Parses the beginning of a hashtag, with or without #, and returns its counted form; throws BAD_INPUT when no hashtag
 * begins like this. Digits alone are allowed, since a letter may follow.
 */
export function parseTagPrefix(text: string): string {
  const prefix = text
    .slice(0, maxTagLength + 1)
    .trim()
    .replace(/^[#＃]/, '');
  if (prefix !== '' && text.length <= maxTagLength + 1 && !foreign.test(prefix)) {
    const folded = foldTerm(prefix);
    if (folded !== '') return folded;
  }
  throw new BadInputError(
    `No hashtag begins with "${text.slice(0, 60)}". Expected 1 to ${maxTagLength} letters, digits and underscores, e.g. #open`,
  );
}

/** Parses a hashtag, with or without #, and returns its counted form; throws BAD_INPUT when the text cannot be one. */
export function parseTag(text: string): string {
  if (text.length > maxTagLength + 1) {
    throw new BadInputError(`Not a hashtag: ${text.length} characters given, ${maxTagLength} allowed`);
  }
  const tag = findTag(text.trim().replace(/^[#＃]/, ''));
  if (tag === null) {
    throw new BadInputError(
      `Not a hashtag: ${text.slice(0, 60)}. Expected letters, digits and underscores, a letter among them, e.g. #opendata`,
    );
  }
  return tag;
}
