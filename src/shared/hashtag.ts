import { BadInputError } from './errors.ts';
import { foldTerm } from './fold.ts';

/** In no hashtag of any source: spaces, signs that start one, ASCII punctuation but the underscore. */
const foreign = /[\s#＃!-/:-@[-^`{-~]/;

/** A hashtag as it is counted, given without its sign; null when the text can be none: one has a letter, too. */
export function findTag(text: string): string | null {
  return /[\p{L}\p{M}]/u.test(text) && !foreign.test(text) ? foldTerm(text) : null;
}

/** X takes no post of more characters: longer than any hashtag. */
const maxTagLength = 280;

/**
 * What a hashtag begins with, in the form in which hashtags are counted, given with its sign or without; BAD_INPUT when no
 * hashtag begins so. Digits alone are fine: a letter may follow.
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

/** A hashtag as it is counted, given with its sign or without; BAD_INPUT when the text can be none. */
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
