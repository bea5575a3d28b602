import { classOf, LETTER, SPACE } from '../characters.ts';
import { WordMap } from '../word-map.ts';
import { feelingOf, isPictograph } from './emoji-feelings.ts';
import { englishLexicon, type Entry, unlistedNegation } from './english-lexicon.ts';

/** The words of a text as VADER's rules see them: the entry of each, and whether it is in capitals. */
export type Tokens = {
  readonly entries: (Entry | null)[];
  readonly capitals: boolean[];
  /** What separates each word from the next. */
  readonly stops: number[];
  /** Emoji with a feeling, by code point. */
  readonly emoji: number[];
};

const LOWER = 1;
const UPPER = 2;
const APOSTROPHE = 4;
const LENGTHENED = 8;

const DOT = 46;
const I = 105;
const N = 110;
const ELLIPSIS = 0x2026;

/** A comma. */
const PAUSE = 1;
/** The end of a sentence or clause. */
export const STOP = 2;

function isAsciiPunctuation(code: number): boolean {
  return (
    (code >= 33 && code <= 47) ||
    (code >= 58 && code <= 64) ||
    (code >= 91 && code <= 96) ||
    (code >= 123 && code <= 126)
  );
}

function caseOf(code: number): number {
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  if (code < 128 || (classOf(code) & LETTER) === 0) return 0;
  const letter = String.fromCharCode(code);
  if (letter !== letter.toLowerCase()) return UPPER;
  return letter !== letter.toUpperCase() ? LOWER : 0;
}

const lengthened = /([a-z])\1{2,}/g;
let words: WordMap<Entry> | null = null;

/** The lexicon, for look-ups inside a text. */
function lexiconByPlace(): WordMap<Entry> {
  words ??= new WordMap(englishLexicon());
  return words;
}

/** The lexicon's entry for a word, also when it is spelled `sooo`, `loooove` or `lovin`. */
function lookUp(lower: string, start: number, end: number, seen: number): Entry | null {
  const entry = lexiconByPlace().get(lower, start, end);
  if (entry !== undefined) return entry;
  const endsInIn = lower.charCodeAt(end - 1) === N && lower.charCodeAt(end - 2) === I;
  if ((seen & (APOSTROPHE | LENGTHENED)) === 0 && !endsInIn) return null;
  const word = lower.slice(start, end);
  if ((seen & APOSTROPHE) !== 0 && word.includes("n't")) return unlistedNegation;
  if ((seen & LENGTHENED) !== 0) {
    const lexicon = englishLexicon();
    return (
      lexicon.get(word.replace(lengthened, '$1$1')) ?? lexicon.get(word.replace(lengthened, '$1')) ?? null
    );
  }
  return endsInIn ? (englishLexicon().get(`${word}g`) ?? null) : null;
}

function stopBetween(lower: string, from: number, end: number): number {
  let stop = 0;
  for (let index = from; index < end; index++) {
    const mark = lower[index] as string;
    if ('.!?;:…'.includes(mark)) return STOP;
    if (mark === ',') stop = PAUSE;
  }
  return stop;
}

/**
 * Adds a token without the punctuation around it. When at most two characters remain, the token is an emoticon and
 * stays whole.
 */
function addToken(tokens: Tokens, lower: string, start: number, end: number, seen: number): void {
  let from = start;
  let to = end;
  while (from < to && isAsciiPunctuation(lower.charCodeAt(from))) from++;
  while (to > from && isAsciiPunctuation(lower.charCodeAt(to - 1))) to--;
  const isShort = to - from <= 2;
  tokens.entries.push(
    isShort ? (lexiconByPlace().get(lower, start, end) ?? null) : lookUp(lower, from, to, seen),
  );
  tokens.capitals.push((seen & (UPPER | LOWER)) === UPPER);
  tokens.stops.push(to > from ? stopBetween(lower, to, end) : 0);
}

/** An emoji comments on everything before it: nothing negates it, and what follows starts a new sentence. */
function addEmoji(tokens: Tokens, codePoint: number): void {
  if (feelingOf(codePoint) !== 0) tokens.emoji.push(codePoint);
  if (tokens.stops.length > 0) tokens.stops[tokens.stops.length - 1] = STOP;
}

/** Lower case with straight apostrophes; every character keeps its index. */
function lowered(text: string): string {
  let lower = text.toLowerCase();
  // Some letters become longer in lower case (İ). Then only ASCII is lowered, since the lexicon is all ASCII.
  if (lower.length !== text.length) lower = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return lower.includes('’') ? lower.replaceAll('’', "'") : lower;
}

/** The end of the dots in `nice...but`, which separate two words; -1 when nothing is separated here. */
function ellipsisEnd(text: string, index: number, seen: number): number {
  if ((seen & (LOWER | UPPER)) === 0) return -1;
  let end = index;
  while (text.charCodeAt(end) === DOT || text.charCodeAt(end) === ELLIPSIS) end++;
  return end > index + 1 || text.charCodeAt(index) === ELLIPSIS ? end : -1;
}

/** What kind of character this is, as a bit. */
function seenIn(text: string, index: number, code: number): number {
  if (code === 39 || code === 0x2019) return APOSTROPHE;
  const letterCase = caseOf(code);
  const repeats =
    letterCase !== 0 &&
    (text.charCodeAt(index - 1) | 32) === (code | 32) &&
    (text.charCodeAt(index - 2) | 32) === (code | 32);
  return repeats ? letterCase | LENGTHENED : letterCase;
}

/** Whether the unit belongs to an emoji, or is a joiner or selector inside one. */
function isOfEmoji(code: number): boolean {
  return isPictograph(code) || code === 0xfe0f || code === 0x200d;
}

function isSpace(code: number): boolean {
  return code <= 32 || (code >= 0x80 && (classOf(code) & SPACE) !== 0);
}

/** Splits a text at white space, ellipses and emoji. One pass, linear. */
export function tokenise(text: string): Tokens {
  const tokens: Tokens = { entries: [], capitals: [], stops: [], emoji: [] };
  const lower = lowered(text);
  let start = 0;
  let seen = 0;
  let index = 0;
  const endToken = (end: number, next: number): void => {
    if (end > start) addToken(tokens, lower, start, end, seen);
    start = next;
    index = next;
    seen = 0;
  };
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (isSpace(code)) {
      endToken(index, index + 1);
      continue;
    }
    if (code >= 0x80 && isOfEmoji(code)) {
      const codePoint = text.codePointAt(index) as number; // safe: `index` is below the text's length
      endToken(index, codePoint > 0xffff ? index + 2 : index + 1);
      addEmoji(tokens, codePoint);
      continue;
    }
    const parted = code === DOT || code === ELLIPSIS ? ellipsisEnd(text, index, seen) : -1;
    if (parted !== -1) {
      endToken(parted, parted);
      continue;
    }
    seen |= seenIn(text, index, code);
    index++;
  }
  endToken(text.length, text.length);
  return tokens;
}
