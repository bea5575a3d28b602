/** A text without its escapes and white space, in lower case. */
type Unescaped = {
  readonly text: string;
  /** Returns the position of a part in the original text, including the escape of its first character. */
  placeOf(from: number, to: number): { readonly from: number; readonly to: number };
};

/** Consecutive characters of the text, or one character of an escape. */
type Run = {
  /** Start of the run in the unescaped text. */
  readonly at: number;
  /** Start of the run in the original text, without and with the backslashes before it. */
  readonly from: number;
  readonly escapedFrom: number;
  /** End of an escape; null when the characters are literal. */
  readonly to: number | null;
};

/**
 * Matches escapes: backslashes (any number, for JSON within JSON), percent signs, HTML entities, white space and
 * zero-width characters, which may break a text anywhere.
 */
const escapes =
  /\\+u([0-9a-f]{4})|(\\+[nrtbf]?)|%(?:25)*([0-9a-f]{2})|&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));|[\s\p{Cc}\p{Cf}]+/giu;
const htmlEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const isBlank = /^[\s\p{Cc}\p{Cf}\\]*$/u;

/** Unescapes a text for comparison: a text gives the same result escaped or not. */
export function unescaped(text: string): Unescaped {
  const parts: string[] = [];
  const runs: Run[] = [];
  let length = 0;
  /** Start of the backslashes before the next character; null without any. */
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

/** Returns the run of the character at a position. */
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
    // Part of a character of several bytes.
    return byte < 0x80 ? String.fromCharCode(byte) : `%${percent}`;
  }
  if (name !== undefined) return htmlEntities[name.toLowerCase()] ?? '';
  const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : 0;
  return code > 0x10ffff ? '' : String.fromCodePoint(code);
}

/**
 * Converts to lower case without changing the length: if necessary one by one, since some characters depend on their
 * neighbours.
 */
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
