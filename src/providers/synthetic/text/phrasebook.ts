import { type Dice, pick } from '../random.ts';

export const themes = [
  'news',
  'code',
  'coffee',
  'photography',
  'sport',
  'music',
  'food',
  'travel',
  'science',
  'games',
] as const;
/** The themes of synthetic users' posts. */
export type Theme = (typeof themes)[number];

/** ISO 639-1 codes of the languages that synthetic users write. */
export type Language = 'en' | 'de' | 'es' | 'fr' | 'pt' | 'ja' | 'hi' | 'ne' | 'ar';

const moods = ['positive', 'neutral', 'negative'] as const;
export type Mood = (typeof moods)[number];

/** Sentences by mood. A word in braces is replaced by a word of the list with that name: "I like {thing}." */
type Lines = Readonly<Record<Mood, readonly string[]>>;

/** Lists of words that sentences refer to. */
type Words = Readonly<Record<string, readonly string[]>>;

/** The sentences about one theme. */
export type ThemePhrases = Lines & { readonly words: Words };

/** The sentences of one language. */
export type Phrasebook = {
  readonly words: Words;
  /** The sentences for themes that have none of their own; always present. */
  readonly general: ThemePhrases;
  readonly themes: Partial<Readonly<Record<Theme, ThemePhrases>>>;
  /** A second sentence, which fits any first sentence of its mood. */
  readonly after: Lines;
  /** Answers, and texts above a quoted post; may use the theme's words. */
  readonly answers: Lines;
  /** Sentences that continue a thread of one's own. */
  readonly continued: readonly string[];
};

type Part = string | readonly string[];
/** A parsed sentence: fixed text, and lists to take a word from. */
type Sentence = readonly Part[];
type Sentences = Readonly<Record<Mood, readonly Sentence[]>>;

/** A parsed phrasebook: sentences of each kind for each theme. */
export type CompiledBook = Readonly<Record<Theme, CompiledTheme>>;
type CompiledTheme = {
  readonly first: Sentences;
  readonly after: Sentences;
  readonly answers: Sentences;
  readonly continued: readonly Sentence[];
};

/** Parses a phrasebook once, so that each post is only assembled; an unknown word list is an error. */
export function compileBook(book: Phrasebook): CompiledBook {
  const compiled = themes.map((theme): [Theme, CompiledTheme] => {
    const phrases = book.themes[theme] ?? book.general;
    const words = { ...book.words, ...phrases.words };
    return [
      theme,
      {
        first: compileLines(phrases, words),
        after: compileLines(book.after, words),
        answers: compileLines(book.answers, words),
        continued: book.continued.map((line) => compileSentence(line, words)),
      },
    ];
  });
  return Object.fromEntries(compiled) as Record<Theme, CompiledTheme>; // safe: made of all themes
}

/** Fills words into a sentence. */
export function say(sentence: Sentence, roll: Dice): string {
  let text = '';
  for (const part of sentence) {
    const word = typeof part === 'string' ? part : pick(roll, part);
    // A second draw avoids most repetitions such as "Plum or plum?".
    text += typeof part !== 'string' && text.includes(word) ? pick(roll, part) : word;
  }
  return text;
}

function compileLines(lines: Lines, words: Words): Sentences {
  const compile = (mood: Mood) => lines[mood].map((line) => compileSentence(line, words));
  return { positive: compile('positive'), neutral: compile('neutral'), negative: compile('negative') };
}

function compileSentence(line: string, words: Words): Sentence {
  const parts = line.split(/[{}]/);
  return parts
    .map((part, n) => {
      if (n % 2 === 0) return part;
      const list = wordList(words, part, line);
      return /(^|[.!?] )$/.test(parts[n - 1] ?? '') ? list.map(capitalised) : list;
    })
    .filter((part) => part.length > 0);
}

/** Capitalises the start of a sentence, but not of version numbers: "v1.2 is out". */
function capitalised(word: string): string {
  return /^v\d/.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1);
}

function wordList(words: Words, name: string, line: string): readonly string[] {
  const list = words[name];
  if (list === undefined || list.length === 0) throw new Error(`no words {${name}} for "${line}"`);
  return list;
}
