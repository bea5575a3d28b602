const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

// The dictionary is chosen by script, not by locale: one segmenter serves Chinese, Japanese and Thai alike.
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

// Only a text with a character from here on can hold one of the scripts above; Thai is the first of them.
const beyondLatin = /[\u0e00-\uffff]/;

// ICU takes longer per character the longer a text is: cut in pieces, 25,000 characters cost what 25 × 1,000 do.
const pieceLength = 1_000;

/** Where to cut the piece that starts at `from`: after its last space, or else between two characters. */
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

/** Whether the text holds a script that is written without spaces between its words. */
export function hasUnspacedScript(text: string): boolean {
  return beyondLatin.test(text) && unspaced.test(text);
}

/** The words of a text of any script, without what stands between them. Slow: for unspaced scripts only. */
export function segmentWords(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmentsOf(text)) if (isWordLike) words.push(segment);
  return words;
}

const unspacedCharacters = new RegExp(`${unspaced.source}[\\p{M}ー]*`, 'gu');
const unspacedRuns = new RegExp(`(?:${unspaced.source}[\\p{M}ー]*)+`, 'gu');

/** The text with spaces around each character of a script that writes none; marks stay with theirs. */
export const partCharacters = (text: string): string => text.replace(unspacedCharacters, ' $& ');

/** The text with spaces around what is written in a script that writes none. */
export const partRuns = (text: string): string => text.replace(unspacedRuns, ' $& ');
