import { scoreByLexicon } from './other-languages.ts';
import { scoreEnglish, scoreWhereKnown } from './vader.ts';

/**
 * The sentiment of a text, from -1 (most negative) to 1 (most positive), with four decimals; null when its language has
 * no lexicon. A text of unknown language is read as English, the language of most short posts and emoticons; it has no
 * score when it contains no known word.
 */
export function scoreSentiment(text: string, language: string | null): number | null {
  if (language === null) return scoreWhereKnown(text);
  return language === 'en' ? scoreEnglish(text) : scoreByLexicon(text, language);
}
