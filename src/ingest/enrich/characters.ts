/** L or M. A word or hashtag needs at least one of these. */
export const LETTER = 1;
/** Nd. May be part of a hashtag, but not all of it. */
const DIGIT = 2;
/** Any number character of a word, also ½ and Ⅳ. */
const NUMBER = 4;
/** Punctuation that a hashtag may hold. */
const HASHTAG_SPECIAL = 8;
/** Allowed in the host of a link that has a protocol. */
export const HOST = 16;
/** Allowed in the host of a link without a protocol: Latin letters, accents, digits, and `-_.`. */
export const LATIN_HOST = 32;
export const LATIN_ACCENT = 64;
export const PATH = 128;
export const PATH_END = 256;
export const QUERY = 512;
export const QUERY_END = 1024;
export const SPACE = 2048;
/** Letters, numbers and marks: the characters of words. */
export const WORD = LETTER | NUMBER;
export const HASHTAG = LETTER | DIGIT | HASHTAG_SPECIAL;

const latinAccent =
  '\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u024F\\u0253\\u0254\\u0256\\u0257\\u0259\\u025B\\u0263\\u0268\\u026F\\u0272\\u0289\\u028B\\u02BB\\u0300-\\u036F\\u1E00-\\u1EFF';
const spaces =
  '\\x09-\\x0D\\x1C-\\x20\\x85\\xA0\\u1680\\u180E\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000';
const directional = '\\u202A-\\u202E\\u061C\\u200E\\u200F\\u2066-\\u2069';

// Twitter's character classes (twitter-text, 2020). Scanners handle astral characters themselves.
const classes: readonly (readonly [number, RegExp])[] = [
  [LETTER, /[\p{L}\p{M}]/u],
  [DIGIT, /\p{Nd}/u],
  [NUMBER, /\p{N}/u],
  [
    HASHTAG_SPECIAL,
    /[_\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\xb7]|\u200c|\u200d/,
  ],
  // Any character except ASCII punctuation (but dot, hyphen and underscore are allowed), spaces, direction marks and
  // the full-width signs that start a mention or hashtag.
  [
    HOST,
    new RegExp(
      `[^!"#$%&'()*+,/:;<=>?@[\\]^\`{|}~\\\\＠＃\\uFEFF\\uFFFE\\uFFFF\\x00-\\x08${spaces}${directional}]`,
    ),
  ],
  [LATIN_HOST, new RegExp(`[A-Za-z0-9_.\\-${latinAccent}]`)],
  [LATIN_ACCENT, new RegExp(`[${latinAccent}]`)],
  [PATH, new RegExp(`[a-z0-9!*';:=+,.$/%#[\\]\\-\\u2013_~@|&\\u0400-\\u04FF${latinAccent}]`, 'i')],
  [PATH_END, new RegExp(`[+\\-a-z0-9=_#/\\u0400-\\u04FF${latinAccent}]`, 'i')],
  [QUERY, /[a-z0-9!?*'@();:&=+$/%#[\]\-_.,~|]/i],
  [QUERY_END, /[a-z0-9\-_&=#/]/i],
  [SPACE, new RegExp(`[${spaces}]`)],
];

/** Marks a code unit whose classes are not computed yet. It is none of the bits above. */
const UNREAD = 32_768;
// One table look-up per character instead of a regular expression keeps every scanner here linear and fast. The table
// is filled lazily: filling all of it took a tenth of each process's start, and most texts use few scripts.
const flags = new Uint16Array(65_536).fill(UNREAD);

/** Computes the 256 entries around a code unit; returns the unit's own. */
function readAround(code: number): number {
  const first = code & ~255;
  for (let at = first; at < first + 256; at++) {
    const character = String.fromCharCode(at);
    let bits = 0;
    for (const [bit, pattern] of classes) if (pattern.test(character)) bits |= bit;
    flags[at] = bits;
  }
  return flags[code] as number; // safe: the table has an entry for each code unit
}

/** The classes of a UTF-16 code unit, as the bits above; 0 past the end of a text (NaN). */
export function classOf(code: number): number {
  // A NaN key would slow down every later look-up.
  if (!(code >= 0)) return 0;
  const bits = flags[code] as number; // safe: the table has an entry for each code unit
  return bits === UNREAD ? readAround(code) : bits;
}

/** Whether the code unit is the first half of a surrogate pair. */
export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

const astralWord = /^[\p{L}\p{M}]$/u;
const astralDigit = /^\p{Nd}$/u;

/** The classes of a character beyond the first plane: LETTER, DIGIT and NUMBER only. */
export function astralClassOf(codePoint: number): number {
  // Emoji and other pictographs are by far the most common, and they are never letters.
  if (codePoint >= 0x1f000 && codePoint <= 0x1faff) return 0;
  const character = String.fromCodePoint(codePoint);
  if (astralWord.test(character)) return LETTER;
  return astralDigit.test(character) ? DIGIT | NUMBER : 0;
}

/** Whether the code unit is a-z, A-Z or 0-9. */
export function isAsciiAlphanumeric(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
}
