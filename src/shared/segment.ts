const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

// The dictionary depends on the script, not on the locale, so one segmenter serves Chinese, Japanese and Thai.
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

// Only a text with a character from here on can have one of the scripts above; Thai is the first of them.
const beyondLatin = /[\u0e00-\uffff]/;

// ICU's time per character grows with the length of the text: in pieces, 25,000 characters cost as much as 25 × 1,000.
const pieceLength = 1_000;

/** Returns where to end the piece that starts at `from`: after its last space, or else between two characters. */
function pieceEnd(text: string, from: number): number {
  const limit = from + pieceLength;
  if (limit >= text.length) return text.length;
  const space = text.slice(from, limit + 1).lastIndexOf(' ');
  if (space > 0) return from + space + 1;
  const isPair = (text.codePointAt(limit - 1) ?? 0) > 0xffff;
  return isPair ? limit + 1 : limit;
}

function* segmentsOf(text: string): Generator<Intl.SegmentData> {
  for (let from = 0; from < text.length; ) {
    const end = pieceEnd(text, from);
    yield* segmenter.segment(text.slice(from, end));
    from = end;
  }
}

/** Whether the text has a script without spaces between words. */
export function hasUnspacedScript(text: string): boolean {
  return beyondLatin.test(text) && unspaced.test(text);
}

/** Returns the words of a text in any script. Slow: only for scripts without spaces. */
export function segmentWords(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmentsOf(text)) if (isWordLike) words.push(segment);
  return words;
}

const unspacedCharacters = new RegExp(`${unspaced.source}[\\p{M}ー]*`, 'gu');
const unspacedRuns = new RegExp(`(?:${unspaced.source}[\\p{M}ー]*)+`, 'gu');

/** Adds spaces around each character of a script without spaces; marks stay with their characters. */
export const partCharacters = (text: string): string => text.replace(unspacedCharacters, ' $& ');

/** Adds spaces around each run of a script without spaces. */
export const partRuns = (text: string): string => text.replace(unspacedRuns, ' $& ');
