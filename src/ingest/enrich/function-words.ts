import { requireData } from './require-data.ts';

/** The languages that a word is evidence for, as indexes into `votingLanguages`, and its weight for each. */
export type Votes = { readonly languages: readonly number[]; readonly weight: number };

/**
 * The languages that words vote for: those that eld knows, that have stop words, and whose script several languages
 * share. Other languages do not vote: their lists would take votes from languages that can be detected.
 */
export const votingLanguages: readonly string[] = [
  ...[
    'ar',
    'bg',
    'ca',
    'cs',
    'da',
    'de',
    'en',
    'es',
    'et',
    'eu',
    'fa',
    'fi',
    'fr',
    'hi',
    'hr',
    'hu',
    'it',
    'lt',
  ],
  ...[
    'lv',
    'mr',
    'ms',
    'nl',
    'no',
    'pl',
    'pt',
    'ro',
    'ru',
    'sk',
    'sl',
    'sv',
    'tl',
    'tr',
    'uk',
    'ur',
    'vi',
    'yo',
  ],
];

const apostrophes = /[’ʼ]/g;
const letter = /\p{L}/u;

/** Words of a platform, not of a language: they neither vote nor count as words. */
const neutral: Votes = { languages: [], weight: 0 };
const ofPlatforms = ['rt', 'http', 'https', 'amp'];

/**
 * The votes of every stop word, in lower case with straight apostrophes. Each word has one vote, shared among its
 * languages.
 */
export function readFunctionWords(): ReadonlyMap<string, Votes> {
  const lists = requireData('stopwords-iso') as Readonly<Record<string, readonly string[]>>; // safe: its documented shape
  const languagesOf = new Map<string, Set<number>>();
  votingLanguages.forEach((language, index) => {
    for (const listed of lists[language] ?? []) {
      const word = listed.toLowerCase().replace(apostrophes, "'");
      if (!letter.test(word)) continue;
      const languages = languagesOf.get(word);
      if (languages === undefined) languagesOf.set(word, new Set([index]));
      else languages.add(index);
    }
  });
  const votes = new Map<string, Votes>();
  for (const [word, languages] of languagesOf) {
    votes.set(word, { languages: [...languages], weight: 1 / languages.size });
  }
  for (const word of ofPlatforms) votes.set(word, neutral);
  return votes;
}
