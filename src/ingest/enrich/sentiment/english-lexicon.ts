import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { amendments, boost, boosters, dampeners, goodToLack, idioms, negations } from './english-rules.ts';

/** What VADER knows of one word or emoticon. */
export type Entry = {
  readonly word: string;
  /** Mean intensity from -4 to 4; null for a word that only changes others. */
  readonly valence: number | null;
  /** How much it raises the word after it; 0 if it is no booster. */
  readonly boost: number;
  readonly negates: boolean;
  /** Whether an idiom starts, ends or goes on with it: others need no look at their neighbours. */
  readonly inIdiom: boolean;
};

/** Words that rules name one by one, so that they need an entry whatever else they are. */
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

/** Everything VADER's rules look up, by lower-case word. Read when it is first asked for: few processes score a text. */
export function englishLexicon(): ReadonlyMap<string, Entry> {
  lexicon ??= buildLexicon();
  return lexicon;
}

/** A word that negates although no list has it, such as `y'alldon't`. */
export const unlistedNegation: Entry = { word: '', valence: null, boost: 0, negates: true, inIdiom: false };
