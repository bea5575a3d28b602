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

/** A note belongs to a tweet made less than this apart from it. */
const apartMsMax = 1_000;
/** Notes of one second: each is read for each tweet of that second. Nobody writes so fast. */
const sameSecondMax = 20;
/** Notes are found by what is held of each in memory: some hundred bytes. */
const notesMax = 500_000;
/** How much of a note is compared. */
const comparedLength = 200;

/** The text of a note, as it came; null where it has none. */
export function noteText(note: Wire): string | null {
  const core = isWire(note.core) ? note.core : {};
  return typeof core.text === 'string' ? core.text : null;
}

/** When a note was made; null where nothing of it tells. */
export function noteTime(note: Wire): number | null {
  const id = idOf(note, 'noteTweetId');
  return (id === null ? null : snowflakeTime(id)) ?? parseDate(note.createdAt);
}

/**
 * Long posts in full, kept on disk and found by their time: a note does not say which tweet it belongs to.
 * Memory holds some hundred bytes a note.
 */
export class Notes {
  readonly #path: string;
  readonly #bySecond = new Map<number, (Span & { readonly madeAt: number })[]>();
  #offset = 0;
  #count = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /** No notes yet; their file is in `folder`, without what an earlier try left there. */
  static async create(folder: string): Promise<Notes> {
    const path = join(folder, 'notes.data');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
    return new Notes(path);
  }

  /** Takes a note's JSON, which is written down; false where there are too many of the same second. */
  add(madeAt: number, json: Buffer): boolean {
    const second = Math.floor(madeAt / 1_000);
    const sameSecond = this.#bySecond.get(second) ?? [];
    if (sameSecond.length === sameSecondMax) return false;
    if (++this.#count > notesMax)
      throw new BadInputError(`The archive has more than ${notesMax} long posts.`);
    appendFileSync(this.#path, json, { mode: 0o600 });
    sameSecond.push({ madeAt, offset: this.#offset, length: json.length });
    this.#bySecond.set(second, sameSecond);
    this.#offset += json.length;
    return true;
  }

  /** The JSON of the note that a tweet is the beginning of; null where there is none. */
  find(tweet: TweetFacts): string | null {
    if (this.#bySecond.size === 0) return null;
    const made = madeAt(tweet);
    const second = Math.floor(made / 1_000);
    const near = [second - 1, second, second + 1]
      .flatMap((around) => this.#bySecond.get(around) ?? [])
      .filter((note) => Math.abs(note.madeAt - made) < apartMsMax)
      .sort((a, b) => Math.abs(a.madeAt - made) - Math.abs(b.madeAt - made));
    for (const span of near) {
      const json = this.#read(span);
      const text = noteText(JSON.parse(json)); // safe: it was parsed before it was written
      if (text !== null && isBeginning(tweet.text, text)) return json;
    }
    return null;
  }

  // Synchronous, since it is rare: only for a tweet made within a second of a note.
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

/** To the millisecond by the id, where the id agrees with the date. */
function madeAt(tweet: TweetFacts): number {
  const byId = snowflakeTime(tweet.id);
  return byId !== null && Math.abs(byId - tweet.createdAt) < 2_000 ? byId : tweet.createdAt;
}

/** Whether a tweet's cut text is how the note begins; mentions that a reply puts before it do not matter. */
function isBeginning(tweetText: string, note: string): boolean {
  const cut = comparable(tweetText).replace(/…$/, '').trimEnd();
  const whole = comparable(note);
  if (cut === '' || whole === '') return false;
  return cut.includes(whole.slice(0, comparedLength)) || whole.startsWith(cut.replace(/^(?:@\w+ )+/, ''));
}

/** Links and spaces differ between the two files. */
function comparable(text: string): string {
  return unescapeHtml(text)
    .replace(/https?:\/\/\S+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
