import { foldTerm, hasDotlessI, withoutMarks } from './fold.ts';
import { hasUnspacedScript, partCharacters } from './segment.ts';
import { signEnd, wordEnd } from './words.ts';

/**
 * Most UTF-16 units of an indexed word: Postgres accepts 2,046 bytes. A longer word is found by its beginning, since
 * search input is cut, too.
 */
const wordLengthMax = 500;
/**
 * Most UTF-16 units of a vector as text: a third of the 1 MB that Postgres allows, since a unit has up to three bytes.
 */
const vectorLengthMax = 300_000;

const joiners = /[’ʼ\u200c\u200d]/g;
/** Where Latin letters or digits meet letters of another script: `5G网络`, `vpnом`. */
const scriptChange =
  /(?<=[a-z0-9])(?=[\u0370-\u1dff\u1f00-\uffff])|(?<=[\u0370-\u1dff\u1f00-\uffff])(?=[a-z0-9])/g;

/** Splits a word with non-ASCII characters into its separately searchable parts. */
function partsOf(written: string, language: string | null): readonly string[] {
  const folded = foldTerm(written, language).replace(joiners, "'").replaceAll('ς', 'σ');
  const cut = folded.replace(scriptChange, ' ');
  const parted = hasUnspacedScript(cut) ? partCharacters(cut) : cut;
  return parted.split(/[ ']+/).filter((part) => part !== '');
}

/** Cuts a word that is too long, between two characters. */
function bounded(part: string): string {
  return part.length > wordLengthMax
    ? part
        .slice(0, wordLengthMax)
        .toWellFormed()
        .replace(/\ufffd$/, '')
    : part;
}

/** Kinds of ASCII characters: 1 for a digit or small letter, 2 for a capital, 0 for anything else. */
const plainKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if (/[a-z0-9]/.test(String.fromCharCode(code))) return 1;
  return /[A-Z]/.test(String.fromCharCode(code)) ? 2 : 0;
});
const CAPITAL = 2;

/** Called with a word; `isAscii`: it is known to be ASCII. */
type Visit = (word: string, isAscii: boolean) => void;

/**
 * Calls `visit` with each search word of a text, in order: runs of letters and numbers, each character of a script
 * without spaces, and each emoji. The protocol of a link is not a word. ASCII words, the most common ones, are split by
 * a loop of their own.
 */
function eachSearchWord(text: string, language: string | null, visit: Visit): void {
  const isDotless = hasDotlessI(language);
  for (let at = 0; at < text.length; ) {
    let kinds = 0;
    let end = at;
    for (let code = text.charCodeAt(end); code < 128; code = text.charCodeAt(++end)) {
      const kind = plainKinds[code] as number; // safe: it has 128
      if (kind === 0) break;
      kinds |= kind;
    }
    const isOver = end === text.length || text.charCodeAt(end) < 128;
    if (isOver && !(isDotless && kinds >= CAPITAL)) {
      if (end > at) {
        const written = withoutProtocol(text, at, end);
        if (written !== '') visit(bounded(kinds >= CAPITAL ? written.toLowerCase() : written), true);
      }
      at = end + 1;
    } else at = visitOther(text, at, language, visit);
  }
}

/**
 * Like `eachSearchWord`, for only the word or sign at `at`, which may have any characters. Returns where to continue.
 */
function visitOther(text: string, at: number, language: string | null, visit: Visit): number {
  const end = wordEnd(text, at, text.length);
  if (end > at) {
    for (const part of partsOf(withoutProtocol(text, at, end), language)) visit(bounded(part), false);
    return end;
  }
  const afterSign = signEnd(text, at);
  if (afterSign === at) return at + 1;
  visit(text.slice(at, afterSign), false);
  return afterSign;
}

/** Returns the word without a link's protocol at its end, which may follow a word directly. */
function withoutProtocol(text: string, start: number, end: number): string {
  const written = text.slice(start, end);
  return text.charCodeAt(end) === COLON && text.startsWith('://', end)
    ? written.replace(/https?$/i, '')
    : written;
}
const COLON = 58;

/** Returns the search words of a text. */
export function searchWords(text: string, language: string | null = null): readonly string[] {
  const words: string[] = [];
  eachSearchWord(text, language, (word) => words.push(word));
  return words;
}

/** Longest text that is processed byte by byte, in UTF-16 units. */
const plainLengthMax = 2_000;
// A word of one letter becomes at most eight bytes.
const scratch = Buffer.alloc(4 * plainLengthMax + 8);
const lowered = Uint8Array.from({ length: 128 }, (_, code) =>
  String.fromCharCode(code).toLowerCase().charCodeAt(0),
);

/**
 * Returns the vector of an ASCII text, as most posts are, and its last place; null for any other text. Writes byte by
 * byte, so that no word becomes garbage: this saved a tenth of an import's processor time per row.
 */
function plainVector(text: string): { readonly vector: string; readonly place: number } | null {
  if (text.length > plainLengthMax) return null;
  let [place, length, start] = [0, 1, -1];
  scratch[0] = SPACE;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : SPACE;
    if (code > 127) return null;
    if (plainKinds[code] !== 0) {
      if (start === -1) start = at;
      scratch[length++] = lowered[code] as number; // safe: it has 128
      continue;
    }
    if (start === -1) continue;
    const size = code === COLON ? withoutProtocol(text, start, at).length : at - start;
    if (size > wordLengthMax) return null;
    length -= at - start - size;
    start = -1;
    if (size === 0) continue;
    const behind = places[++place] as string; // safe: a text of 2,000 has no more
    for (let digit = 0; digit < behind.length; digit++) scratch[length++] = behind.charCodeAt(digit);
  }
  return { vector: scratch.toString('latin1', 0, length), place };
}
const SPACE = 32;

/** Precomputed texts of word places, for the first words of a text. */
const places = Array.from({ length: 1_002 }, (_, place) => `:${place} `);

/**
 * Returns the `tsvector` of a text: each word with its place. Words with accents also appear without them, and `ı` also
 * as `i`: a search without accents finds both, a search with accents finds only those that have them. Adds hashtags and
 * mentions that are missing in the text because it was cut.
 */
export function searchVector(
  text: string,
  language: string | null,
  hashtags: readonly string[] = [],
  mentions: readonly string[] = [],
): string {
  const plain = hasDotlessI(language) ? null : plainVector(text);
  let vector = plain?.vector ?? ' ';
  let place = plain?.place ?? 0;
  const add = (word: string, isPlain: boolean): void => {
    if (vector.length > vectorLengthMax) return;
    place++;
    const behind = places[place] ?? `:${place} `;
    vector += word + behind;
    if (isPlain) return;
    const dotted = word.replaceAll('ı', 'i');
    const bare = withoutMarks(word);
    if (dotted !== word) vector += dotted + behind;
    if (bare !== word && bare !== dotted) vector += bare + behind;
  };
  if (plain === null) eachSearchWord(text, language, add);
  for (const list of [hashtags, mentions])
    for (const term of list) {
      if (vector.includes(` ${term}:`)) continue;
      const words = searchWords(term);
      if (words.every((word) => vector.includes(` ${word}:`))) continue;
      // Skips a place, because the term does not continue the text.
      place++;
      for (const word of words) add(word, false);
    }
  return vector;
}
