import { classOf, isHighSurrogate, LETTER } from './characters.ts';
import { readFunctionWords, type Votes, votingLanguages } from './function-words.ts';
import { languageOfScript, newTally, tallyLetter } from './scripts.ts';
import { WordMap } from './word-map.ts';
import { wordEnd } from '../../shared/words.ts';

/** Fewer letters than this are a guess: "lol ok" is no language. Scripts that decide need fewer. */
const minLetters = 12;
/** As far as a text is read: eld reads as much. */
const readLength = 400;

const english = votingLanguages.indexOf('en');
// One word is enough for English, as its list is the longest and cleanest; among names and loan words in English
// posts the other lists hit by chance ("program" is Malay).
const minVotesEnglish = 1;
const minVotes = 1.5;
/** Votes per word: an English name in a Spanish post is no English post. */
const minShare = 0.15;
/** How many times the votes of the next language. */
const minLead = 1.5;

let functionWords: WordMap<Votes> | undefined;

// Used again for every text: nothing of them outlives a call.
const scores = new Float64Array(votingLanguages.length);
const tally = newTally();

/** Counts what a word speaks for; 1 when it counts as a word. */
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

/** The language with clearly the most votes; undefined when none has. */
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
  // An accent (or a Cyrillic letter) in an English text mostly is another language's name or sentence.
  return first === english && hasAccents ? undefined : votingLanguages[first];
}

/**
 * The language of a text that its script or its function words give away, as ISO 639-1; null when it has too few
 * letters; undefined when only a detector can tell. One pass, one look-up a word.
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
