/** Counts the letters of a text by script. */
type ScriptTally = {
  /** Letters per entry of `scriptLanguages`. */
  readonly counts: Uint16Array;
  /** Whether a letter belongs to a language that has no stop words; words would then suggest a related language. */
  unlisted: boolean;
};

// Unicode blocks that only one of eld's languages uses, in order. Shared scripts (Cyrillic, Arabic, Devanagari) are
// missing: their words decide.
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

// Letters of Serbian, Macedonian and Belarusian (ђ ѓ ѕ ј љ њ ћ ќ ў џ), Azerbaijani (ə) and Icelandic (ð þ).
const unlistedLetters = new Set([...'ђѓѕјљњћќўџəðþ'].map((letter) => letter.charCodeAt(0)));

/** A tally that can be reused for one text after another. */
export function newTally(): ScriptTally {
  return { counts: new Uint16Array(scriptLanguages.length), unlisted: false };
}

/** Counts a lower-case letter outside ASCII; false when several languages share its script. */
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

/** Fewer letters than this are an emoticon: (´・ω・｀), ಠ_ಠ. */
const minLetters = 3;
/** Japanese and Korean posts contain many Latin names, and each of their own letters carries more text. */
const minShare = 1 / 3;

/**
 * The language that the script decides for a text of `letters` letters; null when there is too little of the script;
 * undefined when no script decides.
 */
export function languageOfScript({ counts }: ScriptTally, letters: number): string | null | undefined {
  const kana = counts[japanese] as number; // safe: the list contains it
  let language = '';
  let most = 0;
  let total = 0;
  for (let index = 0; index < counts.length; index++) {
    // Japanese also uses Chinese characters; Chinese never uses kana.
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
