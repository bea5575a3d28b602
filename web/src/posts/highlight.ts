/** A piece of a text, and whether the search matched it. */
export type Piece = { readonly text: string; readonly isMatch: boolean };

const word = /[\p{L}\p{N}\p{M}_]+/gu;
/** Scripts without spaces, in which any part of a run of letters can match. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Returns a pattern for the words and phrases of a search; null when it has none. Words after a minus are left out. */
export function matcherOf(search: string): RegExp | null {
  const alternatives = new Set<string>();
  for (const [piece] of search.replaceAll(/[“”„]/g, '"').matchAll(/-?"[^"]*"?|[^\s"]+/g)) {
    if (/^-(?!-)/.test(piece) || /^or$/i.test(piece)) continue;
    const words = fold(piece).text.match(word);
    if (words === null) continue;
    const pattern = words.join('[^\\p{L}\\p{N}]+');
    alternatives.add(unspaced.test(piece) ? pattern : `(?<![\\p{L}\\p{N}_])${pattern}(?![\\p{L}\\p{N}_])`);
  }
  return alternatives.size === 0 ? null : new RegExp([...alternatives].join('|'), 'gu');
}

/** Splits a text into matching and other pieces. The joined pieces equal the text. */
export function highlight(text: string, matcher: RegExp | null): Piece[] {
  if (matcher === null) return [{ text, isMatch: false }];
  const { text: folded, starts } = fold(text);
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of folded.matchAll(matcher)) {
    const from = starts[match.index] ?? text.length;
    const to = starts[match.index + match[0].length] ?? text.length;
    if (from < end || to <= from) continue;
    if (from > end) pieces.push({ text: text.slice(end, from), isMatch: false });
    pieces.push({ text: text.slice(from, to), isMatch: true });
    end = to;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isMatch: false });
  return pieces;
}

/** The text without case, width and accents, and the original position of each of its units. */
function fold(text: string): { readonly text: string; readonly starts: readonly number[] } {
  let folded = '';
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = character.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
    for (let unit = 0; unit < plain.length; unit++) starts.push(at);
    folded += plain;
    at += character.length;
  }
  return { text: folded, starts };
}
