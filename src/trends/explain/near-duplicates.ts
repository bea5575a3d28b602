import { foldTerm } from '../../shared/fold.ts';
import { searchWords } from '../../shared/search-words.ts';

/** A text with its author and time, in milliseconds. */
export type Text = { readonly text: string; readonly authorId: string; readonly createdAt: number };

/** The words per shingle (A. Broder). */
const shingleLength = 3;
/** The fewest words of a text to compare: many people write "good morning". */
const leastWords = 4;
/** The share of common shingles from which two texts are near duplicates (Jaccard index). */
const leastAlike = 0.7;
/** The most words of a text that are read. */
const wordsMax = 400;
/** Two texts share the key of some band with a probability of 96 % at a similarity of 0.7, and of 99.99 % at 0.9. */
const bands = 8;
const rowsPerBand = 3;
/** The most earlier texts of a band that a text is compared with: the latest, which any copy is probably among. */
const comparedMax = 8;

const link = /https?:\/\/\S+/gi;

/**
 * Finds texts that nearly repeat a recent text by another author. Links are left out, since shorteners make each one
 * different. MinHash in bands finds candidates (A. Broder, "On the resemblance and containment of documents", 1997),
 * which are then compared in full: the time grows with the number of texts.
 */
export class NearDuplicates {
  readonly #withinMs: number;
  readonly #recent = Array.from({ length: bands }, () => new Map<number, readonly Seen[]>());

  /** `withinMs`: the longest time between a text and its repetition. */
  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  /** Takes the next text in order of time. Returns whether it nearly repeats one by another author. */
  add(text: Text): boolean {
    const shingles = shinglesOf(text.text);
    if (shingles === null) return false;
    const seen = { ...text, shingles };
    let repeats = false;
    for (const [band, key] of bandKeys(shingles).entries()) {
      const known = this.#recent[band] as Map<number, readonly Seen[]>; // safe: there are as many maps as bands
      const candidates = (known.get(key) ?? []).filter(
        ({ createdAt }) => createdAt >= text.createdAt - this.#withinMs,
      );
      repeats ||= candidates.some(
        (other) => other.authorId !== text.authorId && likeness(other.shingles, shingles) >= leastAlike,
      );
      known.set(key, keepLatest(candidates, seen));
    }
    return repeats;
  }
}

type Seen = Text & { readonly shingles: ReadonlySet<number> };

/** Keeps one text per author, so that an author who repeats a text does not push the others out. */
function keepLatest(known: readonly Seen[], text: Seen): Seen[] {
  return [...known.filter(({ authorId }) => authorId !== text.authorId), text].slice(-comparedMax);
}

/** Returns the hashes of a text's shingles; null when it has too few words. */
function shinglesOf(text: string): ReadonlySet<number> | null {
  const words = searchWords(foldTerm(text.replace(link, ' '))).slice(0, wordsMax);
  if (words.length < leastWords) return null;
  const shingles = new Set<number>();
  for (let at = 0; at + shingleLength <= words.length; at++) {
    shingles.add(hash(words.slice(at, at + shingleLength).join(' ')));
  }
  return shingles;
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** Returns a key for each band. Two keys are equal when the least hashes of all rows are. */
function bandKeys(shingles: ReadonlySet<number>): readonly number[] {
  return Array.from({ length: bands }, (_, band) => {
    let key = 0;
    for (let row = 0; row < rowsPerBand; row++)
      key = mix(key ^ leastHash(shingles, band * rowsPerBand + row));
    return key;
  });
}

function leastHash(shingles: ReadonlySet<number>, seed: number): number {
  let least = 0xffff_ffff;
  for (const shingle of shingles) least = Math.min(least, mix(shingle ^ Math.imul(seed + 1, 0x9e3779b1)));
  return least;
}

/** Spreads the bits of a hash: the finaliser of MurmurHash3. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Jaccard index: common shingles over all shingles of both. */
function likeness(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let common = 0;
  for (const shingle of a) if (b.has(shingle)) common++;
  return common / (a.size + b.size - common);
}
