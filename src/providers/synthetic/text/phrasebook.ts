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
/** What synthetic users post about. */
export type Theme = (typeof themes)[number];

/** ISO 639-1 of the languages that synthetic users write. */
export type Language = 'en' | 'de' | 'es' | 'fr' | 'pt' | 'ja' | 'hi' | 'ne' | 'ar';

const moods = ['positive', 'neutral', 'negative'] as const;
export type Mood = (typeof moods)[number];

/** Sentences by mood. A word in braces stands for one of the words of that list: "I like {thing}." */
type Lines = Readonly<Record<Mood, readonly string[]>>;

/** Lists of words that sentences refer to. */
type Words = Readonly<Record<string, readonly string[]>>;

/** What can be said about one theme. */
export type ThemePhrases = Lines & { readonly words: Words };

/** What can be said in one language. */
export type Phrasebook = {
  readonly words: Words;
  /** What stands for a theme that has no phrases of its own; always there. */
  readonly general: ThemePhrases;
  readonly themes: Partial<Readonly<Record<Theme, ThemePhrases>>>;
  /** A second sentence, fitting any first one of its mood. */
  readonly after: Lines;
  /** Answers, and what one says above a quoted post; may use the theme's words. */
  readonly answers: Lines;
  /** How one goes on with one's own thread. */
  readonly continued: readonly string[];
};

type Part = string | readonly string[];
/** A sentence taken apart: fixed text, and lists to take a word from. */
type Sentence = readonly Part[];
type Sentences = Readonly<Record<Mood, readonly Sentence[]>>;

/** A phrasebook ready for use: sentences of each kind for each theme. */
export type CompiledBook = Readonly<Record<Theme, CompiledTheme>>;
type CompiledTheme = {
  readonly first: Sentences;
  readonly after: Sentences;
  readonly answers: Sentences;
  readonly continued: readonly Sentence[];
};

/** Takes a phrasebook apart once, so that posts are only put together; an unknown word list is an error. */
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

/** One sentence with words filled in. */
export function say(sentence: Sentence, roll: Dice): string {
  let text = '';
  for (const part of sentence) {
    const word = typeof part === 'string' ? part : pick(roll, part);
    // "Plum or plum?" is what a second draw is for; now and then it stays.
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

/** As at the start of a sentence; version numbers stay: "v1.2 is out". */
function capitalised(word: string): string {
  return /^v\d/.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1);
}

function wordList(words: Words, name: string, line: string): readonly string[] {
  const list = words[name];
  if (list === undefined || list.length === 0) throw new Error(`no words {${name}} for "${line}"`);
  return list;
}
