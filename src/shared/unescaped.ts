/** A text without its escapes and white space, in lower case. */
type Unescaped = {
  readonly text: string;
  /** Where a part of it stands in the text that it was, with what escapes its first character. */
  placeOf(from: number, to: number): { readonly from: number; readonly to: number };
};

/** Characters that follow one another in the text, or one that an escape stands for. */
type Run = {
  /** Where the run begins, unescaped. */
  readonly at: number;
  /** Where it begins in the text; with the backslashes before it. */
  readonly from: number;
  readonly escapedFrom: number;
  /** Where an escape ends; null when each character stands for itself. */
  readonly to: number | null;
};

/**
 * What is no character of the text: backslashes, of JSON within JSON any number; percent signs, those that stand for
 * themselves included; characters of HTML; white space and what has no width, wherever a text was broken.
 */
const escapes =
  /\\+u([0-9a-f]{4})|(\\+[nrtbf]?)|%(?:25)*([0-9a-f]{2})|&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));|[\s\p{Cc}\p{Cf}]+/giu;
const ofHtml: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const isBlank = /^[\s\p{Cc}\p{Cf}\\]*$/u;

/** The text as one compares it, however it was escaped: the same text, escaped or not, gives the same. */
export function unescaped(text: string): Unescaped {
  const parts: string[] = [];
  const runs: Run[] = [];
  let length = 0;
  /** Where the backslashes before the next character begin; null without any. */
  let escapedFrom: number | null = null;
  const add = (characters: string, from: number, to: number | null) => {
    if (characters === '') return;
    runs.push({ at: length, from, escapedFrom: escapedFrom ?? from, to });
    escapedFrom = null;
    length += characters.length;
    parts.push(lower(characters));
  };
  let done = 0;
  for (const match of text.matchAll(escapes)) {
    const { index } = match;
    add(text.slice(done, index), done, null);
    done = index + match[0].length;
    const character = characterOf(match);
    if (!isBlank.test(character)) add(character, index, done);
    else escapedFrom = match[2] === undefined ? null : (escapedFrom ?? index);
  }
  add(text.slice(done), done, null);
  return {
    text: parts.join(''),
    placeOf(from, to) {
      const [first, last] = [runAt(runs, from), runAt(runs, to - 1)];
      const isInside = first.to === null && from > first.at;
      return {
        from: isInside ? first.from + from - first.at : first.escapedFrom,
        to: last.to ?? last.from + to - last.at,
      };
    },
  };
}

/** The run that holds the character at a place. */
function runAt(runs: readonly Run[], at: number): Run {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle] as Run).at <= at)
      low = middle; // safe: it is between two that are there
    else high = middle - 1;
  }
  return runs[low] as Run; // safe: every character is in a run
}

function characterOf([, unicode, , percent, decimal, hex, name]: RegExpMatchArray): string {
  if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
  if (percent !== undefined) {
    const byte = Number.parseInt(percent, 16);
    // One of several bytes of a character.
    return byte < 0x80 ? String.fromCharCode(byte) : `%${percent}`;
  }
  if (name !== undefined) return ofHtml[name.toLowerCase()] ?? '';
  const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : 0;
  return code > 0x10ffff ? '' : String.fromCodePoint(code);
}

/** In lower case, as many characters as before: one by one, since some depend on what is beside them. */
function lower(text: string): string {
  const whole = text.toLowerCase();
  const same =
    whole.length === text.length
      ? whole
      : Array.from({ length: text.length }, (_, at) => lowerOne(text[at] ?? '')).join('');
  return same.replaceAll('ς', 'σ');
}

function lowerOne(character: string): string {
  const one = character.toLowerCase();
  return one.length === 1 ? one : character;
}
