import { BadInputError } from './errors.ts';
import { searchWords } from './search-words.ts';

/** Most words of a search. In scripts without spaces, each character counts as a word. */
const wordsMax = 500;

const curlyQuotes = /[“”„]/g;
/** A phrase, which may be closed by the end of the text, or a run without spaces; either may have a minus in front. */
const piece = /-?"[^"]*"?|[^\s"]+/g;
const minus = /^-(?!-)/;
/** What Postgres' own parser may read as one word: host and file names, addresses, version numbers. */
const compound = /^[\w.@/%+-]*$/;

/** A query in `tsquery` notation; empty when it has no words. */
export type SearchQuery = string;

type Piece = { readonly typed: string; readonly words: readonly string[]; readonly isWithout: boolean };

/**
 * Parses a full-text query as people type it. Words that are joined by signs (`covid-19`, `node.js`) become a phrase,
 * because texts are split the same way. Throws BAD_INPUT above 500 words.
 */
export function searchQuery(typed: string): SearchQuery {
  const pieces = piecesOf(typed);
  const count = pieces.reduce((sum, { words }) => sum + words.length, 0);
  if (count > wordsMax) throw new BadInputError(`Search too long: ${count} words, ${wordsMax} allowed`);
  const alternatives: string[][] = [];
  let all: string[] = [];
  for (const [at, each] of pieces.entries()) {
    // Between two other words it is an operator; else it is the word itself.
    if (each.typed.toLowerCase() === 'or' && all.length > 0 && at < pieces.length - 1) {
      alternatives.push(all);
      all = [];
    } else all.push(`${each.isWithout ? '!' : ''}${phraseOf(each)}`);
  }
  if (all.length > 0) alternatives.push(all);
  return alternatives.map((each) => each.join(' & ')).join(' | ');
}

/** Returns the pieces that have words, in order. */
function piecesOf(text: string): readonly Piece[] {
  const found: Piece[] = [];
  for (const [whole] of text.replace(curlyQuotes, '"').matchAll(piece)) {
    const typed = whole.replace(minus, '');
    const words = searchWords(typed.normalize('NFC'));
    if (words.length > 0) found.push({ typed, words, isWithout: typed !== whole });
  }
  return found;
}

function phraseOf({ typed, words }: Piece): string {
  const phrase = words.map((word) => `'${word}'`).join(' <-> ');
  // Posts of release 0.1.0 that are not rebuilt yet have it as one word.
  const whole = typed.toLowerCase().replace(/^https?:\/\//, '');
  if (words.length > 1 && /[./@]/.test(whole) && compound.test(whole)) return `(${phrase} | '${whole}')`;
  return words.length > 1 ? `(${phrase})` : phrase;
}
