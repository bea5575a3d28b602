import { scoreByLexicon } from './other-languages.ts';
import { scoreEnglish, scoreWhereKnown } from './vader.ts';

/**
 * The sentiment of a text, -1 (most negative) to 1 (most positive) with four decimals; null when its language has no
 * lexicon. A text of unknown language is read as English, the language of most short posts and of emoticons, and has
 * no score when nothing in it is known to be felt.
 */
export function scoreSentiment(text: string, language: string | null): number | null {
  if (language === null) return scoreWhereKnown(text);
  return language === 'en' ? scoreEnglish(text) : scoreByLexicon(text, language);
}
