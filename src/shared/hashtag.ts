import { foldTerm } from './fold.ts';

/** In no hashtag of any source: spaces, signs that start one, ASCII punctuation but the underscore. */
const foreign = /[\s#＃!-/:-@[-^`{-~]/;

/** A hashtag as it is counted, given without its sign; null when the text can be none: one has a letter, too. */
export function findTag(text: string): string | null {
  return /[\p{L}\p{M}]/u.test(text) && !foreign.test(text) ? foldTerm(text) : null;
}
