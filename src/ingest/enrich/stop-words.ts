import { foldTerm } from '../../shared/fold.ts';
import { inBothScripts, moreStopWordsOf } from './more-stop-words.ts';
import { requireData } from './require-data.ts';
import { isContentWord } from './content-words.ts';
import { WordMap } from './word-map.ts';

const published = requireData('stopwords-iso') as Readonly<Record<string, readonly string[]>>; // safe: its documented shape
const lists: typeof published = {
  ...published,
  en: (published.en ?? []).filter((word) => !isContentWord(word)),
};

// Marks of manual reposts, and remains of cut links and HTML, which no list contains.
const ofPlatforms = ['rt', 'via', 'http', 'https', 'www', 'com', 'amp', 'lt', 'gt', 'quot', 'nbsp'];

// Norwegian's two written forms, and outdated codes that some sources use.
const aliases: Readonly<Record<string, string>> = { nb: 'no', nn: 'no', in: 'id', iw: 'he', fil: 'tl' };

/** In a text of unknown language, a word is a stop word when at least this many languages list it. */
const sharedBy = 4;

const apostrophes = /[’ʼ]/g;

/** Stop words in the form used for look-ups. */
function normalised(words: Iterable<string>, language: string | null = null): Set<string> {
  const set = new Set(ofPlatforms);
  for (const word of words) set.add(foldTerm(word, language).replace(apostrophes, "'"));
  return set;
}

/**
 * Stop words for an unknown language: English, which most short undetermined posts use, and function words that at
 * least four languages share (`de`, `que`, `una`). The union of all lists would remove content words, since a
 * preposition in one language is a noun in another.
 */
function sharedWords(): Set<string> {
  const counts = new Map<string, number>();
  for (const list of Object.values(lists)) {
    for (const word of new Set(list)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const shared = [...counts].filter(([, count]) => count >= sharedBy).map(([word]) => word);
  return normalised([...(lists.en ?? []), ...shared]);
}

function wordsOf(language: string): Set<string> {
  const more = moreStopWordsOf(language);
  const list = lists[language];
  if (list === undefined) return more.length === 0 ? sharedWords() : normalised(more, language);
  const all = [...list, ...more];
  return normalised(language === 'zh' ? inBothScripts(all) : all, language);
}

/** The stop words of a language, folded, with straight apostrophes. */
export class StopWords {
  readonly #words: ReadonlySet<string>;
  readonly #within: WordMap<true>;

  constructor(words: ReadonlySet<string>) {
    this.#words = words;
    this.#within = new WordMap(new Map([...words].map((word) => [word, true])));
  }

  get size(): number {
    return this.#words.size;
  }

  has(word: string): boolean {
    return this.#words.has(word);
  }

  /** Whether the text from `start` to `end` is a stop word. Capitals A to Z match small letters. */
  stand(text: string, start: number, end: number): boolean {
    return this.#within.get(text, start, end, true) === true;
  }
}

const kept = new Map<string, StopWords>();

/** The stop words of a language (ISO 639-1); null means an unknown language. */
export function stopWordsOf(language: string | null): StopWords {
  const key = language ?? '';
  let words = kept.get(key);
  if (words === undefined) {
    words = new StopWords(language === null ? sharedWords() : wordsOf(aliases[language] ?? language));
    kept.set(key, words);
  }
  return words;
}
