import { foldTerm, hasDotlessI, isAscii } from '../../shared/fold.ts';
import { searchWords } from '../../shared/search-words.ts';
import { hasUnspacedScript, partRuns, segmentWords } from '../../shared/segment.ts';
import { wordEnd } from '../../shared/words.ts';
import type { Span } from './spans.ts';
import { stopWordsOf } from './stop-words.ts';

const letter = /\p{L}/u;
const protocol = /^https?:\/\//i;
const curly = /[’ʼ]/g;
// ICU cuts Japanese endings and particles into pieces that no stop word list contains: って, けど, てい.
const hiraganaPiece = /^[\u3041-\u309f]{1,2}$/;
/**
 * A letter that is a word by itself: a Chinese character or a Korean syllable. In other scripts it is a sound or a
 * face.
 */
const loneWord = /^[\p{Ideographic}\uac00-\ud7a3]$/u;
const loneLetter = /^.[\u0300-\u036f]*$/u;
/** `www` of a link, or ｗｗｗ, which is Japanese laughter. */
const onlyW = /^w+$/;

// English drops 's (trump's gives trump). Ukrainian and Belarusian use the apostrophe as a letter. In other languages
// it joins two words (l'homme) or a word and its ending (Türkiye'de).
const apostropheIsLetter = new Set(['uk', 'be']);

/**
 * Calls `visit` with the bounds of each word outside the spans. Callers fold each word by itself: V8's compiler moved
 * the lowering of a whole text into the loop, so that each word cost as much as the text.
 */
function eachWord(text: string, spans: readonly Span[], visit: (start: number, end: number) => void): void {
  let nextSpan = 0;
  let spanEnd = -1;
  for (let index = 0; index < text.length; ) {
    const span = spans[nextSpan];
    if (span !== undefined && index >= span.start) {
      spanEnd = span.end;
      index = Math.max(index, spanEnd);
      nextSpan++;
      continue;
    }
    const limit = span === undefined ? text.length : span.start;
    const end = wordEnd(text, index, limit);
    if (end === index) index++;
    else {
      const touchesSpan = index === spanEnd || (end === limit && span !== undefined);
      if (!touchesSpan || !(isInsideWord(text, index) || isInsideWord(text, end))) visit(index, end);
      index = end;
    }
  }
}

/** Whether the search sees one word across the edge of a span: it does not know spans. */
function isInsideWord(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return false;
  const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? '';
  const both = before + String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (wordEnd(both, 0, both.length) < both.length || protocol.test(text.slice(at, at + 8))) return false;
  return searchWords(both).length === 1;
}

/** Whether a word can name a subject: it has a letter, and is neither a single letter nor laughter. */
function isCountable(word: string): boolean {
  const first = word.charCodeAt(0);
  if (word.length === 1 && first < 0x250) return false;
  if ((word.length === 1 || word.charCodeAt(1) >= 0x300) && loneLetter.test(word)) return loneWord.test(word);
  if (first === 119 && onlyW.test(word)) return false;
  return (first >= 97 && first <= 122) || letter.test(word);
}

/** The parts of a word with an apostrophe that is not itself a stop word. */
function apostropheParts(word: string, language: string | null): readonly string[] {
  if (language === null || language === 'en') return [word.endsWith("'s") ? word.slice(0, -2) : word];
  return apostropheIsLetter.has(language) ? [word] : word.split("'");
}

/** Cuts a word in a script without spaces by dictionary. */
function segmented(word: string): readonly string[] {
  return partRuns(word)
    .split(' ')
    .flatMap((run) => (hasUnspacedScript(run) ? segmentWords(run) : [run]))
    .filter((piece) => piece !== '' && !hiraganaPiece.test(piece) && !piece.startsWith('ー'));
}

/**
 * The distinct words of a text without stop words, the given spans (links, hashtags …), numbers and single letters:
 * folded, in order of first use. Scripts without spaces are cut by dictionary.
 */
export function findWords(text: string, language: string | null, spans: readonly Span[]): readonly string[] {
  const stopWords = stopWordsOf(language);
  const found = new Set<string>();
  const keep = (word: string): void => {
    if (isCountable(word) && !stopWords.has(word)) found.add(word);
  };
  const isUnspaced = hasUnspacedScript(text);
  const isPlain = isAscii(text) && !hasDotlessI(language);
  eachWord(text, spans, (start, end) => {
    // Half of all words are stop words; those are not even sliced out.
    if (isPlain && stopWords.stand(text, start, end)) return;
    const written = text.slice(start, end);
    const folded = isPlain ? written.toLowerCase() : foldTerm(written, language);
    if (isUnspaced && folded.length > 1 && hasUnspacedScript(folded)) return segmented(folded).forEach(keep);
    const word = isPlain ? folded : folded.replace(curly, "'");
    if (word.includes("'")) {
      if (!stopWords.has(word)) for (const part of apostropheParts(word, language)) keep(part);
    } else if (!isPlain) keep(word);
    else if (isCountable(word)) found.add(word);
  });
  return [...found];
}
