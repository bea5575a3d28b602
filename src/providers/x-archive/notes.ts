import { appendFileSync, closeSync, openSync, readSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInputError } from '../../shared/errors.ts';
import { parseDate } from '../x/dates.ts';
import { idOf, isWire, type Wire } from '../x/json.ts';
import { snowflakeTime } from '../x/snowflake.ts';
import { unescapeHtml } from '../x/text.ts';
import type { Span } from './run-index.ts';
import type { TweetFacts } from './tweet-facts.ts';

/** A note belongs to a tweet of nearly the same time; they differ by less than this. */
const apartMsMax = 1_000;
/** Most notes of one second, since each is compared with each tweet of that second. Nobody writes faster. */
const sameSecondMax = 20;
/**
 * Most tweets that get the same note. It belongs to one, but several may begin alike, and each gets a copy of the whole
 * note: a few long notes and many short tweets of one second would become terabytes.
 */
const tweetsMax = 5;
/** Seconds whose notes are cached: tweets come in the order of their dates, which are up to two seconds off. */
const heldSecondsMax = 16;
/** The index of notes takes some hundred bytes of memory a note. */
const notesMax = 500_000;
/** Length of the text that is compared. */
const comparedLength = 200;

const noTweets: readonly string[] = [];

type PlacedNote = Span & {
  readonly madeAt: number;
  /** Ids of the tweets that got this note. */
  givenTo: readonly string[];
};

/** Returns the text of a note, unchanged; null when it has none. */
export function noteText(note: Wire): string | null {
  const core = isWire(note.core) ? note.core : {};
  return typeof core.text === 'string' ? core.text : null;
}

/** Returns when a note was made; null when it does not say. */
export function noteTime(note: Wire): number | null {
  const id = idOf(note, 'noteTweetId');
  return (id === null ? null : snowflakeTime(id)) ?? parseDate(note.createdAt);
}

/**
 * Full texts of long posts, kept on disk. They are found by their time, since a note does not say which tweet it
 * belongs to. Takes some hundred bytes of memory a note.
 */
export class Notes {
  readonly #path: string;
  readonly #bySecond = new Map<number, PlacedNote[]>();
  /** The beginnings of the notes of a second, in the order of `#bySecond`. */
  readonly #held = new Map<number, readonly string[]>();
  #offset = 0;
  #count = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Creates an empty collection; its file in `folder` replaces that of an earlier attempt. */
  static async create(folder: string): Promise<Notes> {
    const path = join(folder, 'notes.data');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
    return new Notes(path);
  }

  /** Writes a note to disk; returns false when there are too many of the same second. */
  add(madeAt: number, json: Buffer): boolean {
    const second = Math.floor(madeAt / 1_000);
    const sameSecond = this.#bySecond.get(second) ?? [];
    if (sameSecond.length === sameSecondMax) return false;
    if (++this.#count > notesMax)
      throw new BadInputError(`The archive has more than ${notesMax} long posts.`);
    appendFileSync(this.#path, json, { mode: 0o600 });
    sameSecond.push({ madeAt, offset: this.#offset, length: json.length, givenTo: noTweets });
    this.#bySecond.set(second, sameSecond);
    this.#offset += json.length;
    return true;
  }

  /** Returns the JSON of the note whose beginning is the tweet; null when there is none. */
  find(tweet: TweetFacts): string | null {
    if (this.#bySecond.size === 0) return null;
    const made = madeAt(tweet);
    const second = Math.floor(made / 1_000);
    const around = [second - 1, second, second + 1].filter((near) => this.#bySecond.has(near));
    if (around.length === 0) return null;
    const cut = comparable(tweet.text);
    const [nearest] = around
      .flatMap((near) => this.#listBegunBy(cut, near))
      .filter((note) => Math.abs(note.madeAt - made) < apartMsMax && isFree(note, tweet))
      .sort((a, b) => Math.abs(a.madeAt - made) - Math.abs(b.madeAt - made));
    if (nearest === undefined) return null;
    if (!nearest.givenTo.includes(tweet.id)) nearest.givenTo = [...nearest.givenTo, tweet.id];
    return this.#read(nearest);
  }

  /** Lists the notes of a second that begin with a tweet's text. */
  #listBegunBy(cut: string, second: number): readonly PlacedNote[] {
    const notes = this.#bySecond.get(second) ?? [];
    const held = this.#held.get(second) ?? notes.map((note) => beginningOf(this.#read(note)));
    // Moves the second to the end of the cache: the least recently used is evicted.
    this.#held.delete(second);
    this.#held.set(second, held);
    const [oldest] = this.#held.keys();
    if (this.#held.size > heldSecondsMax && oldest !== undefined) this.#held.delete(oldest);
    return notes.filter((_, at) => isBeginning(cut, held[at] ?? ''));
  }

  // Synchronous, since it is rare: once for each second with notes, and once for each tweet that has one.
  #read(span: Span): string {
    const file = openSync(this.#path, 'r');
    try {
      const json = Buffer.alloc(span.length);
      readSync(file, json, 0, span.length, span.offset);
      return json.toString('utf8');
    } finally {
      closeSync(file);
    }
  }
}

/** Takes the milliseconds from the id when it agrees with the date. */
function madeAt(tweet: TweetFacts): number {
  const byId = snowflakeTime(tweet.id);
  return byId !== null && Math.abs(byId - tweet.createdAt) < 2_000 ? byId : tweet.createdAt;
}

const isFree = ({ givenTo }: PlacedNote, tweet: TweetFacts): boolean =>
  givenTo.length < tweetsMax || givenTo.includes(tweet.id);

/** Returns the part of a note's text that is compared. */
function beginningOf(json: string): string {
  const text = noteText(JSON.parse(json)); // safe: it was parsed before it was written
  const beginning = comparable(text ?? '').slice(0, comparedLength);
  // Copied, because a slice keeps the whole text in memory.
  return Buffer.from(beginning, 'utf16le').toString('utf16le');
}

/** Whether a note begins with a tweet's cut text, without the mentions that a reply puts in front. */
function isBeginning(tweetText: string, note: string): boolean {
  const cut = tweetText.replace(/…$/, '').trimEnd();
  if (cut === '' || note === '') return false;
  return cut.includes(note) || note.startsWith(cut.replace(/^(?:@\w+ )+/, ''));
}

/** Removes what differs between the two files: links and white space. */
function comparable(text: string): string {
  return unescapeHtml(text)
    .replace(/https?:\/\/\S+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
