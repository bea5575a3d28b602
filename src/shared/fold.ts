/** Below this every text is in its composed form (NFC). */
const mayBeDecomposed = /[\u0300-\uffff]/;

/** The text in the one form in which it is stored and compared: é is one character, not e and an accent (NFC). */
export function composed(text: string): string {
  return mayBeDecomposed.test(text) ? text.normalize('NFC') : text;
}

/** Full width, half width, bold and the like, ligatures: the same letters, drawn another way. */
const styled = /[\uff01-\uff9f\u{1d400}-\u{1d7ff}\ufb00-\ufb06]+/gu;
/** They choose how a character is drawn. */
const selectors = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
/** Of letters whose marks stand apart; marks below the letter come before its dot. */
const dottedI = /(i[\u0316-\u0333\u0339-\u033c]*)\u0307+/g;

/** Languages whose capital I is the one of ı. */
const dotless = new Set(['tr', 'az']);

/** Whether capital I is the one of `ı` in texts of the language. */
export const hasDotlessI = (language: string | null): boolean => language !== null && dotless.has(language);

/**
 * A term in the one form in which it is counted, compared and searched: in lower case, composed, of usual width, and
 * with an i that has one dot (`İ` is `i`, in every language). Capital I is `ı` in Turkish and Azeri texts only. The
 * language is null for what people of all languages share: hashtags, names and what is searched for.
 */
export function foldTerm(written: string, language: string | null = null): string {
  const isDotless = hasDotlessI(language);
  if (isAscii(written)) return (isDotless ? written.replaceAll('I', 'ı') : written).toLowerCase();
  const plain = written
    .replace(selectors, '')
    .replace(styled, (letters) => letters.normalize('NFKC'))
    .normalize('NFC');
  const lower = (isDotless ? plain.replaceAll('I', 'ı') : plain).toLowerCase();
  return (lower.includes('\u0307') ? lower.normalize('NFD').replace(dottedI, '$1') : lower).normalize('NFC');
}

/** Whether the text holds characters below U+0080 alone. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

// What has marks, or is drawn with them: Latin, Greek, Cyrillic, Hebrew and Arabic. In other scripts marks are letters.
const mayHaveMarks =
  /[\u00df-\u024f]|[\u0300-\u036f]|[\u0386-\u03ce\u0450-\u045e\u0591-\u05c7\u0622-\u0626\u0640\u064b-\u065f\u0670\u1e00-\u1fff]/;
/** й is a letter of its own, not и with a mark. */
const marks = /(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670]/g;
const ligatures = /[ıøłđðħŧßæœþ]/g;
const plainLetters: Readonly<Record<string, string>> = {
  ı: 'i',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};

/** A folded term as it is typed by who has no keys for its accents; the same term where it has none. */
export function withoutMarks(folded: string): string {
  if (!mayHaveMarks.test(folded)) return folded;
  return folded
    .normalize('NFD')
    .replace(marks, '')
    .replace(ligatures, (letter) => plainLetters[letter] as string) // safe: each has one
    .normalize('NFC');
}
