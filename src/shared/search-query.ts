import { BadInputError } from './errors.ts';
import { searchWords } from './search-words.ts';

/** Words that one search may have. Each character of a script without spaces is one. */
const wordsMax = 500;

const curlyQuotes = /[“”„]/g;
/** A phrase, which the end of the text closes too, or what has no spaces; either may have a minus before it. */
const piece = /-?"[^"]*"?|[^\s"]+/g;
const minus = /^-(?!-)/;
/** What Postgres' own parser may take for one word: names of hosts and files, addresses, numbers of versions. */
const compound = /^[\w.@/%+-]*$/;

/** In the notation of a `tsquery`; empty when no word is searched for. */
export type SearchQuery = string;

type Piece = { readonly typed: string; readonly words: readonly string[]; readonly isWithout: boolean };

/**
 * Reads a full-text query as people type it. What signs join (`covid-19`, `node.js`) is a phrase of its words, as the
 * texts are cut the same way. BAD_INPUT above 500 words.
 */
export function searchQuery(typed: string): SearchQuery {
  const pieces = piecesOf(typed);
  const count = pieces.reduce((sum, { words }) => sum + words.length, 0);
  if (count > wordsMax) throw new BadInputError(`Search too long: ${count} words, ${wordsMax} allowed`);
  const alternatives: string[][] = [];
  let all: string[] = [];
  for (const [at, each] of pieces.entries()) {
    // Between two others it is a sign; else somebody looks for the word.
    if (each.typed.toLowerCase() === 'or' && all.length > 0 && at < pieces.length - 1) {
      alternatives.push(all);
      all = [];
    } else all.push(`${each.isWithout ? '!' : ''}${phraseOf(each)}`);
  }
  if (all.length > 0) alternatives.push(all);
  return alternatives.map((each) => each.join(' & ')).join(' | ');
}

/** What has words, in order. */
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
  // Posts of release 0.1.0 that were not rebuilt yet have it as one word.
  const whole = typed.toLowerCase().replace(/^https?:\/\//, '');
  if (words.length > 1 && /[./@]/.test(whole) && compound.test(whole)) return `(${phrase} | '${whole}')`;
  return words.length > 1 ? `(${phrase})` : phrase;
}
