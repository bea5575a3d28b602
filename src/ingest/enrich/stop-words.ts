import { requireData } from './require-data.ts';
import { tellingWords } from './telling-words.ts';

const published = requireData('stopwords-iso') as Readonly<Record<string, readonly string[]>>; // safe: its documented shape
const lists: typeof published = {
  ...published,
  en: (published.en ?? []).filter((word) => !tellingWords.has(word)),
};

// No list has the mark of a hand-made repost, nor what is left of links that were cut off.
const ofPlatforms = ['rt', 'http', 'https', 'amp'];

// Norwegian's two written forms, and names that older sources still use.
const aliases: Readonly<Record<string, string>> = { nb: 'no', nn: 'no', in: 'id', iw: 'he', fil: 'tl' };

/** In how many languages' lists a word must stand to be a stop word of a text whose language is unknown. */
const sharedBy = 4;

const apostrophes = /[’ʼ]/g;

function normalised(words: Iterable<string>): Set<string> {
  const set = new Set(ofPlatforms);
  for (const word of words) set.add(word.toLowerCase().replace(apostrophes, "'"));
  return set;
}

/**
 * What stands for "any language": English, which most short undetermined posts are written in, and the function
 * words that at least four languages share (`de`, `que`, `una`). The union of all lists would take content words
 * from everyone: what is a preposition in one language is a noun in another.
 */
function sharedWords(): Set<string> {
  const counts = new Map<string, number>();
  for (const list of Object.values(lists)) {
    for (const word of new Set(list)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const shared = [...counts].filter(([, count]) => count >= sharedBy).map(([word]) => word);
  return normalised([...(lists.en ?? []), ...shared]);
}

const sets = new Map<string, ReadonlySet<string>>();

/** The stop words of a language (ISO 639-1), lower case with straight apostrophes; null: of an unknown language. */
export function stopWordsOf(language: string | null): ReadonlySet<string> {
  const key = language ?? '';
  let set = sets.get(key);
  if (set === undefined) {
    const list = language === null ? undefined : lists[aliases[language] ?? language];
    set = list === undefined ? sharedWords() : normalised(list);
    sets.set(key, set);
  }
  return set;
}
