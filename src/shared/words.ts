/** Letters, numbers and their marks: what words are made of. */
const WORD = 1;
/** A mark: part of a word, but never its first character. */
const MARK = 2;
/** A sign that is found by itself: emoji, ™, €. ASCII has none. */
const SIGN = 4;

const word = /[\p{L}\p{M}\p{N}]/u;
const mark = /\p{M}/u;
const sign = /\p{S}/u;

function kindOf(character: string): number {
  if (word.test(character)) return mark.test(character) ? WORD | MARK : WORD;
  return sign.test(character) && character > '\x7f' ? SIGN : 0;
}

// One look-up a character instead of a regular expression: every post goes through it.
const kinds = new Uint8Array(65_536);
for (let code = 0; code < kinds.length; code++) kinds[code] = kindOf(String.fromCharCode(code));

/** The kind of the character at `at`, which is there. */
function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0xd800 || code > 0xdbff) return kinds[code] as number; // safe: there are as many as code units
  const point = text.codePointAt(at) ?? 0;
  // Emoji and the rest of the pictograph blocks are by far the most common ones.
  if (point >= 0x1f000 && point <= 0x1faff) return SIGN;
  return kindOf(String.fromCodePoint(point));
}

const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff;

/** The UTF-16 units of the character at `at`. */
const sizeAt = (text: string, at: number): number =>
  isHigh(text.charCodeAt(at)) && at + 1 < text.length ? 2 : 1;

const MODIFIER_APOSTROPHE = 0x2bc;
// Unicode has it as a letter. It is typed for the other two, which may not start a word.
kinds[MODIFIER_APOSTROPHE] = 0;

/** Whether it is one of `'`, `’`, `ʼ`, and the joiners that are not drawn: they may stand inside a word. */
function mayJoin(code: number): boolean {
  return code === 39 || code === 0x2019 || code === MODIFIER_APOSTROPHE || code === 0x200c || code === 0x200d;
}

/** The end of the word at `start`; `start` itself where there is none. Apostrophes and (non-)joiners stay inside, not at its end. */
export function wordEnd(text: string, start: number, limit: number): number {
  if (start >= limit || (kindAt(text, start) & (WORD | MARK)) !== WORD) return start;
  let end = start;
  while (end < limit) {
    const code = text.charCodeAt(end);
    if (((kinds[code] as number) & WORD) !== 0) end++;
    else if (isHigh(code) && (kindAt(text, end) & WORD) !== 0) end += 2;
    else if (
      mayJoin(code) &&
      end > start &&
      end + 1 < limit &&
      (kindAt(text, end + 1) & (WORD | MARK)) === WORD
    )
      end++;
    else break;
  }
  return end;
}

/** The end of the sign at `start`, such as an emoji's first character; `start` itself where there is none. */
export function signEnd(text: string, start: number): number {
  return kindAt(text, start) === SIGN ? start + sizeAt(text, start) : start;
}
