import { scoreByLexicon } from './other-languages.ts';
import { scoreEnglish } from './vader.ts';

/**
 * The sentiment of a text, -1 (most negative) to 1 (most positive) with four decimals; 0 when its language has no
 * lexicon. A text of unknown language is read as English, the language of most short posts and of emoticons.
 */
export function scoreSentiment(text: string, language: string | null): number {
  return language === null || language === 'en' ? scoreEnglish(text) : scoreByLexicon(text, language);
}
