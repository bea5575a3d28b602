/** L or M: what a word or hashtag needs at least one of. */
export const LETTER = 1;
/** Nd: may stand in a hashtag, but not alone. */
const DIGIT = 2;
/** Any number character of a word, also ½ and Ⅳ. */
const NUMBER = 4;
/** Punctuation that a hashtag may hold. */
const HASHTAG_SPECIAL = 8;
/** May stand in the host of a link that has a protocol. */
export const HOST = 16;
/** May stand in the host of a link without one: Latin letters, accents, digits, and `-_.`. */
export const LATIN_HOST = 32;
export const LATIN_ACCENT = 64;
export const PATH = 128;
export const PATH_END = 256;
export const QUERY = 512;
export const QUERY_END = 1024;
export const SPACE = 2048;
/** Letters, numbers and marks: what words are made of. */
export const WORD = LETTER | NUMBER;
export const HASHTAG = LETTER | DIGIT | HASHTAG_SPECIAL;

const latinAccent =
  '\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u024F\\u0253\\u0254\\u0256\\u0257\\u0259\\u025B\\u0263\\u0268\\u026F\\u0272\\u0289\\u028B\\u02BB\\u0300-\\u036F\\u1E00-\\u1EFF';
const spaces =
  '\\x09-\\x0D\\x1C-\\x20\\x85\\xA0\\u1680\\u180E\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000';
const directional = '\\u202A-\\u202E\\u061C\\u200E\\u200F\\u2066-\\u2069';

// Twitter's character classes (twitter-text, 2020). Astral characters are handled where they can occur.
const classes: readonly (readonly [number, RegExp])[] = [
  [LETTER, /[\p{L}\p{M}]/u],
  [DIGIT, /\p{Nd}/u],
  [NUMBER, /\p{N}/u],
  [
    HASHTAG_SPECIAL,
    /[_\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\xb7]|\u200c|\u200d/,
  ],
  // Any character but ASCII punctuation (dot, hyphen and underscore apart), spaces, marks of direction and the
  // full-width signs, which start a mention or hashtag of their own.
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

/** Of a code unit whose classes were not asked for yet: not one of the bits above. */
const UNREAD = 32_768;
// One table look-up a character instead of a regular expression each: every scanner here stays linear and fast. To
// fill the whole table took a tenth of the start of each process, and most texts are of a few scripts.
const flags = new Uint16Array(65_536).fill(UNREAD);

/** Fills the 256 entries around a code unit; returns its own. */
function readAround(code: number): number {
  const first = code & ~255;
  for (let at = first; at < first + 256; at++) {
    const character = String.fromCharCode(at);
    let bits = 0;
    for (const [bit, pattern] of classes) if (pattern.test(character)) bits |= bit;
    flags[at] = bits;
  }
  return flags[code] as number; // safe: there are as many flags as code units
}

/** The classes of a UTF-16 code unit, as the bits above; 0 past the end of a text (NaN). */
export function classOf(code: number): number {
  // NaN as a key would slow down every look-up after it.
  if (!(code >= 0)) return 0;
  const bits = flags[code] as number; // safe: there are as many flags as code units
  return bits === UNREAD ? readAround(code) : bits;
}

/** Whether the code unit is the first half of a pair. */
export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

const astralWord = /^[\p{L}\p{M}]$/u;
const astralDigit = /^\p{Nd}$/u;

/** The classes of a character beyond the first plane: LETTER, DIGIT and NUMBER only. */
export function astralClassOf(codePoint: number): number {
  // Emoji and the rest of the pictograph blocks are by far the most common ones, and never letters.
  if (codePoint >= 0x1f000 && codePoint <= 0x1faff) return 0;
  const character = String.fromCodePoint(codePoint);
  if (astralWord.test(character)) return LETTER;
  return astralDigit.test(character) ? DIGIT | NUMBER : 0;
}

/** Whether it is one of a-z, A-Z, 0-9. */
export function isAsciiAlphanumeric(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
}
