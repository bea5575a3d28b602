import { hasUnspacedScript, segmentWords } from '../../shared/segment.ts';
import { astralClassOf, classOf, isHighSurrogate, WORD } from './characters.ts';
import type { Span } from './spans.ts';
import { stopWordsOf } from './stop-words.ts';

const letter = /\p{L}/u;
const curly = /[’ʼ]/g;
// ICU cuts Japanese endings and particles into pieces that no list of stop words has: って, けど, てい.
const hiraganaPiece = /^[\u3041-\u309f]{1,2}$/;
const loneKana = /^[\u3041-\u30ff\uff66-\uff9f]$/;

// English takes 's off (trump's is trump); Ukrainian and Belarusian have the apostrophe as a letter; elsewhere it
// joins two words (l'homme) or a word and its ending (Türkiye'de).
const apostropheIsLetter = new Set(['uk', 'be']);

function isApostrophe(code: number): boolean {
  return code === 39 || code === 0x2019 || code === 0x2bc;
}

/** The end of the word at `start`; `start` itself where there is none. Apostrophes and (non-)joiners stay inside, not at its end. */
export function wordEnd(text: string, start: number, limit: number): number {
  let end = start;
  while (end < limit) {
    const code = text.charCodeAt(end);
    if ((classOf(code) & WORD) !== 0) end++;
    else if (isHighSurrogate(code) && (astralClassOf(text.codePointAt(end) ?? 0) & WORD) !== 0) end += 2;
    else if (
      end > start &&
      (isApostrophe(code) || code === 0x200c || code === 0x200d) &&
      end + 1 < limit &&
      (classOf(text.charCodeAt(end + 1)) & WORD) !== 0
    )
      end += 2;
    else break;
  }
  return end;
}

/**
 * Cuts a text into its words and calls `visit` with each in lower case, spans left out. Each word is lowered by itself:
 * V8's compiler moved the lowering of the whole text to where its words were cut out of it, so that each word cost as
 * much as the text.
 */
function eachWord(text: string, spans: readonly Span[], visit: (word: string) => void): void {
  let nextSpan = 0;
  for (let index = 0; index < text.length; ) {
    const span = spans[nextSpan];
    if (span !== undefined && index >= span.start) {
      index = Math.max(index, span.end);
      nextSpan++;
      continue;
    }
    const end = wordEnd(text, index, span?.start ?? text.length);
    if (end === index) index++;
    else {
      visit(text.slice(index, end).toLowerCase());
      index = end;
    }
  }
}

/** Whether it can stand for a subject: has a letter, and is no single Latin letter or kana. */
function isTelling(word: string): boolean {
  const first = word.charCodeAt(0);
  if (word.length === 1) return first >= 0x250 && letter.test(word) && !loneKana.test(word);
  return (first >= 97 && first <= 122) || letter.test(word);
}

/** What remains of a word with an apostrophe that is no stop word as a whole. */
function apostropheParts(word: string, language: string | null): readonly string[] {
  if (language === null || language === 'en') return [word.endsWith("'s") ? word.slice(0, -2) : word];
  return apostropheIsLetter.has(language) ? [word] : word.split("'");
}

/**
 * The words of a text without its stop words, the given spans (links, hashtags …), numbers and single Latin
 * letters: lower case, distinct, in order of first use. Scripts without spaces are cut by dictionary.
 */
export function findWords(text: string, language: string | null, spans: readonly Span[]): readonly string[] {
  const stopWords = stopWordsOf(language);
  const found = new Set<string>();
  const keep = (word: string): void => {
    if (isTelling(word) && !stopWords.has(word)) found.add(word);
  };
  const segmented = hasUnspacedScript(text);
  eachWord(text, spans, (written) => {
    if (segmented && written.length > 1 && hasUnspacedScript(written))
      return segmentWords(written)
        .filter((word) => !hiraganaPiece.test(word))
        .forEach(keep);
    const word = written.replace(curly, "'");
    if (!word.includes("'")) return keep(word);
    if (!stopWords.has(word)) for (const part of apostropheParts(word, language)) keep(part);
  });
  return [...found];
}
