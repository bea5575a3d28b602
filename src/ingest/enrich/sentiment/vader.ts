import { feelingOf } from './emoji-feelings.ts';
import type { Entry } from './english-lexicon.ts';
import {
  boost,
  capitalsBoost,
  dampeningPhrases,
  goodToLack,
  idioms,
  negationFactor,
} from './english-rules.ts';
import { normalised, punctuationEmphasis } from './normalise.ts';
import { STOP, type Tokens, tokenise } from './tokens.ts';

// How much of a booster's effect remains at a distance of one, two and three words.
const dampedBy = [1, 0.95, 0.9] as const;

type Words = readonly (Entry | null)[];

function isWord(words: Words, index: number, word: string): boolean {
  return words[index]?.word === word;
}

function isNeutral(entry: Entry | null | undefined): boolean {
  return entry === null || entry === undefined || entry.valence === null;
}

/** Whether a `no` before the word negates it: the next word, or the second one of `no good or bad`. */
function followsNo({ entries, stops }: Tokens, at: number): boolean {
  if (isWord(entries, at, 'no')) return false;
  if (isWord(entries, at - 1, 'no')) return stops[at - 1] === 0;
  return isWord(entries, at - 3, 'no') && (isWord(entries, at - 1, 'or') || isWord(entries, at - 1, 'nor'));
}

/**
 * Whether this is the `no` of `no fun` or `no issues`, which has no intensity of its own. The one in `no, no. Fun!`
 * has.
 */
function onlyNegates({ entries, stops }: Tokens, at: number): boolean {
  if (!isWord(entries, at, 'no') || stops[at] !== 0) return false;
  const next = entries[at + 1];
  if (next === null || next === undefined) return false;
  return (!isNeutral(next) && next.word !== 'no') || goodToLack.has(next.word);
}

/** A word's own intensity, including `no` and capitals, without its neighbours. */
function ownValence(tokens: Tokens, at: number, mixedCase: boolean): number {
  let valence = tokens.entries[at]?.valence ?? 0;
  if (onlyNegates(tokens, at)) valence = 0;
  else if (followsNo(tokens, at)) valence *= negationFactor;
  if (mixedCase && tokens.capitals[at] === true) valence += valence > 0 ? capitalsBoost : -capitalsBoost;
  return valence;
}

function boostOf(entry: Entry | null, inCapitals: boolean, valence: number): number {
  if (entry === null || entry.boost === 0) return 0;
  const amount = valence < 0 ? -entry.boost : entry.boost;
  if (!inCapitals) return amount;
  return amount + (valence > 0 ? capitalsBoost : -capitalsBoost);
}

function isSoOrThis(words: Words, index: number): boolean {
  return isWord(words, index, 'so') || isWord(words, index, 'this');
}

/** The valence after the word at `distance` (1 to 3) before `at` negates it, or not: `never so good`. */
function negatedBy(words: Words, at: number, distance: number, valence: number): number {
  const from = at - distance;
  if (distance === 2) {
    if (isWord(words, from, 'never') && isSoOrThis(words, at - 1)) return valence * 1.25;
    if (isWord(words, from, 'without') && isWord(words, at - 1, 'doubt')) return valence;
  }
  if (distance === 3) {
    // As published: any `so` or `this` directly before the word strengthens it here.
    if (isSoOrThis(words, at - 1) || (isWord(words, from, 'never') && isSoOrThis(words, at - 2)))
      return valence * 1.25;
    const doubt = isWord(words, at - 2, 'doubt') || isWord(words, at - 1, 'doubt');
    if (isWord(words, from, 'without') && doubt) return valence;
  }
  return words[from]?.negates === true ? valence * negationFactor : valence;
}

function phrase(words: Words, from: number, to: number): string {
  let text = '';
  for (let index = from; index <= to; index++) {
    const entry = words[index];
    if (entry === null || entry === undefined) return '';
    text = text === '' ? entry.word : `${text} ${entry.word}`;
  }
  return text;
}

// Positions relative to the scored word. The first match counts; the two idioms that start with the word come last and
// override.
const before = [
  [-1, 0],
  [-2, 0],
  [-2, -1],
  [-3, -1],
  [-3, -2],
] as const;

function idiomValence(words: Words, at: number, valence: number): number {
  let result = valence;
  for (const [from, to] of before) {
    const idiom = idioms.get(phrase(words, at + from, at + to));
    if (idiom === undefined) continue;
    result = idiom;
    break;
  }
  for (const to of [1, 2]) result = idioms.get(phrase(words, at, at + to)) ?? result;
  for (const [from, to] of [
    [-3, -2],
    [-2, -1],
  ] as const) {
    if (dampeningPhrases.has(phrase(words, at + from, at + to))) result -= boost;
  }
  return result;
}

function mayBeIdiom(words: Words, at: number): boolean {
  return words[at]?.inIdiom === true || words[at - 1]?.inIdiom === true || words[at - 2]?.inIdiom === true;
}

/** `least` negates the next word, unless it is part of `at least` or `very least`. */
function afterLeast(words: Words, at: number, valence: number): number {
  if (!isWord(words, at - 1, 'least')) return valence;
  return isWord(words, at - 2, 'at') || isWord(words, at - 2, 'very') ? valence : valence * negationFactor;
}

function valenceAt(tokens: Tokens, at: number, mixedCase: boolean): number {
  const words = tokens.entries;
  let valence = ownValence(tokens, at, mixedCase);
  for (let distance = 1; distance <= 3 && distance <= at; distance++) {
    if (tokens.stops[at - distance] === STOP) break;
    const neighbour = words[at - distance] as Entry | null;
    if (!isNeutral(neighbour)) continue;
    const inCapitals = mixedCase && tokens.capitals[at - distance] === true;
    valence += boostOf(neighbour, inCapitals, valence) * (dampedBy[distance - 1] as number);
    valence = negatedBy(words, at, distance, valence);
    if (distance === 3 && mayBeIdiom(words, at)) valence = idiomValence(words, at, valence);
  }
  return afterLeast(words, at, valence);
}

/** The sum of the emoji's feelings. As with words, the nth use counts 1/n. */
function emojiSum(emoji: readonly number[]): number {
  if (emoji.length === 0) return 0;
  const times = new Map<number, number>();
  let sum = 0;
  for (const codePoint of emoji) {
    const nth = (times.get(codePoint) ?? 0) + 1;
    times.set(codePoint, nth);
    sum += feelingOf(codePoint) / nth;
  }
  return sum;
}

function hasMixedCase(capitals: readonly boolean[]): boolean {
  const first = capitals[0];
  return first !== undefined && capitals.includes(!first);
}

/** Whether the word only modifies others here: a booster, or the first word of `kind of`. */
function onlyModifies(words: Words, at: number): boolean {
  const entry = words[at] as Entry;
  return entry.boost !== 0 || (entry.word === 'kind' && isWord(words, at + 1, 'of'));
}

/**
 * The sentiment of an English text from -1 to 1: VADER's compound score (Hutto and Gilbert 2014, release 3.3), with the
 * changes for posts that README.md lists.
 */
export function scoreEnglish(text: string): number {
  return scoreWhereKnown(text) ?? 0;
}

/** Like `scoreEnglish`, but null for a text without any word, emoticon or emoji of a known feeling. */
export function scoreWhereKnown(text: string): number | null {
  const tokens = tokenise(text);
  const words = tokens.entries;
  let repeats: Map<Entry, number> | undefined;
  let mixedCase = false;
  let but = -1;
  let sum = emojiSum(tokens.emoji);
  let isKnown = tokens.emoji.length > 0;
  for (let at = 0; at < words.length; at++) {
    const entry = words[at];
    if (entry === null || entry === undefined || entry.valence === null || onlyModifies(words, at)) continue;
    isKnown = true;
    if (repeats === undefined) {
      repeats = new Map();
      mixedCase = hasMixedCase(tokens.capitals);
      but = words.findIndex((word) => word?.word === 'but');
    }
    // Repetition adds, but less each time: the nth use counts 1/n.
    const times = (repeats.get(entry) ?? 0) + 1;
    repeats.set(entry, times);
    const valence = valenceAt(tokens, at, mixedCase) / times;
    // The clause after "but" carries the writer's opinion.
    sum += but === -1 || at === but ? valence : valence * (at < but ? 0.5 : 1.5);
  }
  if (sum === 0) return isKnown ? 0 : null;
  return normalised(sum + Math.sign(sum) * punctuationEmphasis(text));
}
