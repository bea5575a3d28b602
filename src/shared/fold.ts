/** Text with only lower characters is always composed (NFC). */
const mayBeDecomposed = /[\u0300-\uffff]/;

/** Returns the form in which text is stored and compared: é is one character, not e and an accent (NFC). */
export function composed(text: string): string {
  return mayBeDecomposed.test(text) ? text.normalize('NFC') : text;
}

/** Letters drawn in another style: full width, half width, bold, ligatures. */
const styled = /[\uff01-\uff9f\u{1d400}-\u{1d7ff}\ufb00-\ufb06]+/gu;
/** Characters that select how the previous one is drawn. */
const selectors = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
/** A dotted i in decomposed text; marks below the letter come before its dot. */
const dottedI = /(i[\u0316-\u0333\u0339-\u033c]*)\u0307+/g;

/** Languages in which I is the capital of ı. */
const dotless = new Set(['tr', 'az']);

/** Whether I is the capital of `ı` in this language. */
export const hasDotlessI = (language: string | null): boolean => language !== null && dotless.has(language);

/**
 * Returns the form in which a term is counted, compared and searched: lower case, composed, of normal width, and with
 * an i that has one dot (`İ` becomes `i` in every language). Capital I becomes `ı` only in Turkish and Azeri texts. The
 * language is null for terms that all languages share: hashtags, names and search input.
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

/** Whether the text has only characters below U+0080. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

// Letters with marks in Latin, Greek, Cyrillic, Hebrew and Arabic. In other scripts, marks are letters.
const mayHaveMarks =
  /[\u00df-\u024f]|[\u0300-\u036f]|[\u0386-\u03ce\u0450-\u045e\u0591-\u05c7\u0622-\u0626\u0640\u064b-\u065f\u0670\u1e00-\u1fff]/;
/** й is a separate letter, not и with a mark. */
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

/** Returns a folded term without accents, as people without such keys type it. */
export function withoutMarks(folded: string): string {
  if (!mayHaveMarks.test(folded)) return folded;
  return folded
    .normalize('NFD')
    .replace(marks, '')
    .replace(ligatures, (letter) => plainLetters[letter] as string) // safe: each has one
    .normalize('NFC');
}
