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

// What Postgres' parser takes for letters where its locale is C, as the embedded store's: curly quotes, dashes, the
// ellipsis and emoji would be parts of the words that they touch.
const foreign = /[^\p{L}\p{M}\p{N}\0-\x7f]/u;
const apostrophes = /[’ʼ]/g;
const symbols = /(?![\0-\x7f])\p{S}/gu;
const separators = /(?:[^\p{L}\p{M}\p{N}\p{S}\0-\x7f]|[\ufe00-\ufe0f])+/gu;

/**
 * The text as the search index is to read it; null when that is the text itself. Posts and the queries for them both
 * go through this, a query as a phrase. There are spaces around each character of a script that writes none, so that
 * any part of a sentence is found: words will not do, since 東京 is not a word of 東京タワー to ICU. There are also
 * spaces around emoji and other symbols, and in the place of quotes, dashes and the like.
 */
export function segmentForSearch(text: string): string | null {
  const isUnspaced = hasUnspacedScript(text);
  if (!isUnspaced && !foreign.test(text)) return null;
  const parted = text.replace(apostrophes, "'").replace(symbols, ' $& ').replace(separators, ' ');
  return (isUnspaced ? parted.replace(unspacedCharacters, ' $& ') : parted).replace(/\s+/g, ' ').trim();
}
