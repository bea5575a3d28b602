import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { amendments, boost, boosters, dampeners, goodToLack, idioms, negations } from './english-rules.ts';

/** What VADER knows about one word or emoticon. */
export type Entry = {
  readonly word: string;
  /** Mean intensity from -4 to 4; null for a word that only modifies others. */
  readonly valence: number | null;
  /** How much it intensifies the next word; 0 when it is not a booster. */
  readonly boost: number;
  readonly negates: boolean;
  /** Whether it is part of an idiom. Only these words need a look at their neighbours. */
  readonly inIdiom: boolean;
};

/** Words that rules mention by name, so each needs an entry. */
const named = ['but', 'least', 'at', 'this', 'doubt', 'or', 'kind', 'sort', 'just', 'of', 'enough'];

function readValences(): Map<string, number> {
  const file = createRequire(import.meta.url).resolve('vader-sentiment/vader_lexicon.txt');
  const valences = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [word, valence] = line.split('\t');
    if (word !== undefined && valence !== undefined) valences.set(word.trim(), Number(valence));
  }
  for (const [word, valence] of amendments) valences.set(word, valence);
  return valences;
}

function buildLexicon(): ReadonlyMap<string, Entry> {
  const valences = readValences();
  const boosts = new Map<string, number>([
    ...boosters.map((word) => [word, boost] as const),
    ...dampeners.map((word) => [word, -boost] as const),
  ]);
  const negating = new Set(negations);
  const idiomatic = new Set([...idioms.keys()].flatMap((idiom) => idiom.split(' ')));
  const words = new Set([
    ...valences.keys(),
    ...boosts.keys(),
    ...negating,
    ...idiomatic,
    ...goodToLack,
    ...named,
  ]);
  const lexicon = new Map<string, Entry>();
  for (const word of words) {
    lexicon.set(word, {
      word,
      valence: valences.get(word) ?? null,
      boost: boosts.get(word) ?? 0,
      negates: negating.has(word) || word.includes("n't"),
      inIdiom: idiomatic.has(word),
    });
  }
  return lexicon;
}

let lexicon: ReadonlyMap<string, Entry> | null = null;

/** All words of VADER's rules, in lower case. Loaded at first use, since few processes score texts. */
export function englishLexicon(): ReadonlyMap<string, Entry> {
  lexicon ??= buildLexicon();
  return lexicon;
}

/** A negation that no list contains, such as `y'alldon't`. */
export const unlistedNegation: Entry = { word: '', valence: null, boost: 0, negates: true, inIdiom: false };
