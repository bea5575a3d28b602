/** A word character: a letter, a number or a mark. */
const WORD = 1;
/** A mark: part of a word, but never its first character. */
const MARK = 2;
/** A separately searchable sign: emoji, ™, €. Never ASCII. */
const SIGN = 4;

const word = /[\p{L}\p{M}\p{N}]/u;
const mark = /\p{M}/u;
const sign = /\p{S}/u;

function kindOf(character: string): number {
  if (word.test(character)) return mark.test(character) ? WORD | MARK : WORD;
  return sign.test(character) && character > '\x7f' ? SIGN : 0;
}

// A table look-up instead of a regular expression, since every post passes through here.
const kinds = new Uint8Array(65_536);
for (let code = 0; code < kinds.length; code++) kinds[code] = kindOf(String.fromCharCode(code));

/** Returns the kind of the character at `at`, which must exist. */
function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0xd800 || code > 0xdbff) return kinds[code] as number; // safe: there are as many as code units
  const point = text.codePointAt(at) ?? 0;
  // Emoji and other pictographs are by far the most common ones.
  if (point >= 0x1f000 && point <= 0x1faff) return SIGN;
  return kindOf(String.fromCodePoint(point));
}

const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff;

/** Returns the length of the character at `at` in UTF-16 units. */
const sizeAt = (text: string, at: number): number =>
  isHigh(text.charCodeAt(at)) && at + 1 < text.length ? 2 : 1;

const MODIFIER_APOSTROPHE = 0x2bc;
// A letter in Unicode, but typed in place of the other apostrophes, which cannot start a word.
kinds[MODIFIER_APOSTROPHE] = 0;

/** Whether it is one of `'`, `’`, `ʼ` and the invisible joiners, which may be inside a word. */
function mayJoin(code: number): boolean {
  return code === 39 || code === 0x2019 || code === MODIFIER_APOSTROPHE || code === 0x200c || code === 0x200d;
}

/**
 * Returns the end of the word at `start`; `start` when there is none. Apostrophes and (non-)joiners belong to a word
 * inside it, but not at its end.
 */
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

/** Returns the end of the sign at `start`, such as an emoji's first character; `start` when there is none. */
export function signEnd(text: string, start: number): number {
  return kindAt(text, start) === SIGN ? start + sizeAt(text, start) : start;
}
