import { hasUnspacedScript, segmentWords } from '../../../shared/segment.ts';
import { readData } from '../require-data.ts';
import { feelingOf } from './emoji-feelings.ts';
import { negationFactor } from './english-rules.ts';
import { type Negation, negationOf } from './negations.ts';
import { normalised, punctuationEmphasis } from './normalise.ts';

type Lexicon = { readonly valences: ReadonlyMap<string, number>; readonly negation: Negation };

// File names of lexicons that differ from our ISO 639-1 codes.
const aliases: Readonly<Record<string, string>> = {
  he: 'iw',
  jv: 'jw',
  nb: 'no',
  nn: 'no',
  fil: 'tl',
  in: 'id',
};

/** AFINN ranges from -5 to 5, VADER from -4 to 4. */
const scale = 0.8;

const languageCode = /^[a-z]{2,3}$/;

function readLexicon(language: string): Lexicon | null {
  const code = aliases[language] ?? language;
  if (!languageCode.test(code)) return null;
  let list: Readonly<Record<string, number>>;
  try {
    list = readData(`afinn-165-multilingual/build/AFINN-${code}.json`) as typeof list; // safe: its documented shape
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
  const valences = new Map<string, number>();
  for (const [word, valence] of Object.entries(list)) {
    if (word !== '' && typeof valence === 'number') valences.set(word.toLowerCase(), valence * scale);
  }
  const negation = negationOf(language);
  for (const word of negation.words) valences.delete(word);
  return { valences, negation };
}

const lexicons = new Map<string, Lexicon | null>();

/** Loaded when a language first occurs: no store has posts in all hundred. */
function lexiconOf(language: string): Lexicon | null {
  let lexicon = lexicons.get(language);
  if (lexicon === undefined) {
    lexicon = readLexicon(language);
    lexicons.set(language, lexicon);
  }
  return lexicon;
}

const token = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*|\p{Extended_Pictographic}/gu;

function tokensOf(text: string): string[] {
  const tokens = text.toLowerCase().match(token) ?? [];
  if (!hasUnspacedScript(text)) return tokens;
  return tokens.flatMap((word) => (hasUnspacedScript(word) ? segmentWords(word) : [word]));
}

/** How many words away a negation still applies. */
const reach = 2;

function isNegated(tokens: readonly string[], at: number, { words, follows }: Negation): boolean {
  if (words.size === 0) return false;
  for (let distance = 1; distance <= reach; distance++) {
    const neighbour = tokens[follows ? at + distance : at - distance];
    if (neighbour !== undefined && words.has(neighbour)) return true;
  }
  return false;
}

/**
 * The sentiment of a non-English text, from -1 to 1: translated AFINN words, negation within two words, emoji and
 * exclamation marks. Null when the language has no lexicon.
 */
export function scoreByLexicon(text: string, language: string): number | null {
  const lexicon = lexiconOf(language);
  if (lexicon === null) return null;
  const tokens = tokensOf(text);
  let sum = 0;
  for (let at = 0; at < tokens.length; at++) {
    const word = tokens[at] as string;
    const valence = lexicon.valences.get(word);
    if (valence === undefined)
      sum += feelingOf(word.codePointAt(0) as number); // safe: no token is empty
    else sum += isNegated(tokens, at, lexicon.negation) ? valence * negationFactor : valence;
  }
  return sum === 0 ? 0 : normalised(sum + Math.sign(sum) * punctuationEmphasis(text));
}
