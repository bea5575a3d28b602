import { classOf, isHighSurrogate, LETTER } from './characters.ts';
import { readFunctionWords, type Votes, votingLanguages } from './function-words.ts';
import { languageOfScript, newTally, tallyLetter } from './scripts.ts';
import { WordMap } from './word-map.ts';
import { wordEnd } from '../../shared/words.ts';

/** With fewer letters there is no answer: "lol ok" has no language. Scripts that decide alone need fewer. */
const minLetters = 12;
/** Characters of a text that are read; eld reads as many. */
const readLength = 400;

const english = votingLanguages.indexOf('en');
// English needs only one word, since its list is the longest and cleanest. In English posts, names and loan words match
// other lists by chance ("program" is Malay).
const minVotesEnglish = 1;
const minVotes = 1.5;
/** Votes per word: an English name does not make a Spanish post English. */
const minShare = 0.15;
/** The winner needs this many times the votes of the next language. */
const minLead = 1.5;

let functionWords: WordMap<Votes> | undefined;

// Reused for every text; nothing in them survives a call.
const scores = new Float64Array(votingLanguages.length);
const tally = newTally();

/** Adds a word's votes; returns 1 when it counts as a word. */
function vote(text: string, start: number, end: number, votes: WordMap<Votes>): 0 | 1 {
  const found = votes.get(text, start, end);
  if (found === undefined) return 1;
  const { languages, weight } = found;
  for (let at = 0; at < languages.length; at++) {
    const language = languages[at] as number; // safe: at is below the length
    scores[language] = (scores[language] as number) + weight;
  }
  return languages.length === 0 ? 0 : 1;
}

/** The language with clearly the most votes; undefined when there is none. */
function winner(words: number, hasAccents: boolean): string | undefined {
  let first = 0;
  let second = -1;
  for (let index = 1; index < scores.length; index++) {
    if ((scores[index] as number) > (scores[first] as number)) {
      second = first;
      first = index;
    } else if (second === -1 || (scores[index] as number) > (scores[second] as number)) second = index;
  }
  const votes = scores[first] as number;
  const needed = first === english ? minVotesEnglish : minVotes;
  if (votes < needed || votes < minShare * words || votes < minLead * (scores[second] as number))
    return undefined;
  // In an English text an accent or a Cyrillic letter usually belongs to a foreign name or sentence.
  return first === english && hasAccents ? undefined : votingLanguages[first];
}

/**
 * The language (ISO 639-1) of a text, by script or function words; null when it has too few letters; undefined when a
 * detector has to decide. One pass, one look-up per word.
 */
export function quickLanguage(written: string): string | null | undefined {
  functionWords ??= new WordMap(readFunctionWords());
  const lower = written.slice(0, readLength).toLowerCase();
  const text = lower.includes('’') ? lower.replaceAll('’', "'") : lower;
  scores.fill(0);
  tally.counts.fill(0);
  tally.unlisted = false;
  let letters = 0;
  let words = 0;
  let isAscii = true;
  let hasAccents = false;
  for (let index = 0; index < text.length; index++) {
    const end = wordEnd(text, index, text.length);
    if (end === index) continue;
    words += vote(text, index, end, functionWords);
    for (; index < end; index++) {
      const code = text.charCodeAt(index);
      if (code >= 97 && code <= 122) letters++;
      else if (code >= 0x80 && ((classOf(code) & LETTER) !== 0 || isHighSurrogate(code))) {
        letters++;
        isAscii = false;
        if (!tallyLetter(tally, code)) hasAccents = true;
      }
    }
  }
  const byScript = isAscii ? undefined : languageOfScript(tally, letters);
  if (typeof byScript === 'string') return byScript;
  if (letters < minLetters) return null;
  return byScript === null || tally.unlisted ? undefined : winner(words, hasAccents);
}
