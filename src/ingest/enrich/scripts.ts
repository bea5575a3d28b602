/** What the letters of a text say of its language before any word is read. */
type ScriptTally = {
  /** Letters per entry of `scriptLanguages`. */
  readonly counts: Uint16Array;
  /** Whether a letter tells a language that has no stop words, so that words would name a relative of it. */
  unlisted: boolean;
};

// Blocks of Unicode that one language of those that eld knows is written in, in order. Scripts of several
// (Cyrillic, Arabic, Devanagari) are missing: their words have to tell.
const blocks: readonly (readonly [from: number, to: number, language: string])[] = [
  [0x370, 0x3ff, 'el'],
  [0x531, 0x58f, 'hy'],
  [0x590, 0x5ff, 'he'],
  [0x980, 0x9ff, 'bn'],
  [0xa00, 0xa7f, 'pa'],
  [0xa80, 0xaff, 'gu'],
  [0xb00, 0xb7f, 'or'],
  [0xb80, 0xbff, 'ta'],
  [0xc00, 0xc7f, 'te'],
  [0xc80, 0xcff, 'kn'],
  [0xd00, 0xd7f, 'ml'],
  [0xe00, 0xe7f, 'th'],
  [0xe80, 0xeff, 'lo'],
  [0x10a0, 0x10ff, 'ka'],
  [0x1100, 0x11ff, 'ko'],
  [0x1200, 0x139f, 'am'],
  [0x1f00, 0x1fff, 'el'],
  [0x3041, 0x30fa, 'ja'],
  [0x3131, 0x318e, 'ko'],
  [0x31f0, 0x31ff, 'ja'],
  [0x3400, 0x9fff, 'zh'],
  [0xac00, 0xd7a3, 'ko'],
  [0xf900, 0xfaff, 'zh'],
  [0xff66, 0xff9d, 'ja'],
];

const scriptLanguages = [...new Set(blocks.map(([, , language]) => language))];
const japanese = scriptLanguages.indexOf('ja');
const chinese = scriptLanguages.indexOf('zh');

// Of Serbian, Macedonian and Belarusian (ђ ѓ ѕ ј љ њ ћ ќ ў џ), Azerbaijani (ə) and Icelandic (ð þ).
const unlistedLetters = new Set([...'ђѓѕјљњћќўџəðþ'].map((letter) => letter.charCodeAt(0)));

/** A tally to count one text after another with. */
export function newTally(): ScriptTally {
  return { counts: new Uint16Array(scriptLanguages.length), unlisted: false };
}

/** Counts a letter that is not ASCII, lower case; false when its script is one of several languages. */
export function tallyLetter(tally: ScriptTally, code: number): boolean {
  if (unlistedLetters.has(code)) tally.unlisted = true;
  for (const [from, to, language] of blocks) {
    if (code < from) return false;
    if (code > to) continue;
    const index = scriptLanguages.indexOf(language);
    tally.counts[index] = (tally.counts[index] as number) + 1;
    return true;
  }
  return false;
}

/** Fewer are an emoticon: (´・ω・｀), ಠ_ಠ. */
const minLetters = 3;
/** Japanese and Korean posts hold many Latin names; their own letters say more each. */
const minShare = 1 / 3;

/**
 * The language that the script decides, of a text with that many letters in all; null when a script is there but
 * too little of it to decide; undefined when there is none.
 */
export function languageOfScript({ counts }: ScriptTally, letters: number): string | null | undefined {
  const kana = counts[japanese] as number; // safe: it is one of the languages
  let language = '';
  let most = 0;
  let total = 0;
  for (let index = 0; index < counts.length; index++) {
    // Japanese is written in Chinese characters too, Chinese never in kana.
    const count =
      index === japanese && kana > 0 ? kana + (counts[chinese] as number) : (counts[index] as number);
    total += counts[index] as number; // safe: index is below the length
    if (count <= most || (index === chinese && kana > 0)) continue;
    most = count;
    language = scriptLanguages[index] as string;
  }
  if (total < 2) return undefined;
  return most >= minLetters && most >= minShare * letters ? language : null;
}
