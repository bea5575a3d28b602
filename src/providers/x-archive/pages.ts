import { BadInputError, must } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost, Page, Versions } from '../../shared/post.ts';
import { isWire, unwrap, type Wire } from '../x/json.ts';
import { authorOf, mapTweet } from './map-tweet.ts';
import type { Notes } from './notes.ts';
import { readRun, type SpooledTweet } from './run-reader.ts';
import type { Run } from './run.ts';
import { readFacts } from './tweet-facts.ts';

type Spooled = {
  readonly runs: readonly Run[];
  readonly account: AccountProfile;
  readonly total: number;
  /** Known edits; the first page reports them, wherever it begins. */
  readonly edits: readonly Versions[];
  /** Most posts in a page. */
  readonly pageSize: number;
};

/**
 * The last pages become smaller, down to this share, so that storing the last page takes little time after reading has
 * ended.
 */
const smallestShare = 1 / 8;

/** A page ends when it has more bytes than this. */
const pageBytesMax = 32 * 1024 * 1024;
/** Tweets per read from disk. */
const batchSize = 100;

/**
 * Yields the pages of a spooled archive with unparsed posts, oldest first. A cursor is a month and the number of its
 * tweets that are done. Throws BadInputError when the cursor belongs to another archive.
 */
export async function* readPages(
  spooled: Spooled,
  cursor: string | null,
  signal?: AbortSignal,
): AsyncGenerator<Page<SpooledTweet>> {
  const { runs, pageSize, account, total } = spooled;
  const start = cursor === null ? null : parseCursor(cursor, runs);
  let posts: SpooledTweet[] = [];
  let bytes = 0;
  let position = cursor ?? '';
  let left = total - doneBefore(runs, start);
  let size = sizeOf(pageSize, left);
  let { edits } = spooled;
  const page = (): Page<SpooledTweet> => {
    const reported = edits;
    edits = [];
    return { account, posts, rejected: [], edits: reported, cursor: position, total };
  };
  for (const run of runs) {
    if (start !== null && run.month < start.month) continue;
    let done = run.month === start?.month ? start.done : 0;
    for await (const batch of readRun(run, done, batchSize)) {
      signal?.throwIfAborted();
      for (const tweet of batch) {
        posts.push(tweet);
        bytes += tweet.length;
        done++;
        left--;
        if (posts.length < size && bytes < pageBytesMax) continue;
        position = `${run.month}:${done}`;
        yield page();
        size = sizeOf(pageSize, left);
        posts = [];
        bytes = 0;
      }
    }
    position = `${run.month}:${done}`;
  }
  if (posts.length > 0) yield page();
}

const sizeOf = (pageSize: number, left: number): number =>
  Math.min(pageSize, Math.ceil(Math.max(left / 2, pageSize * smallestShare)));

function doneBefore(runs: readonly Run[], start: Place | null): number {
  if (start === null) return 0;
  return runs.reduce((sum, { month, count }) => sum + (month < start.month ? count : 0), start.done);
}

/** A position: `done` tweets of the month, and all tweets of earlier months. */
type Place = { readonly month: string; readonly done: number };

function parseCursor(cursor: string, runs: readonly Run[]): Place {
  const match = /^(\d{4}-\d{2}):(\d{1,9})$/.exec(cursor);
  const run = runs.find((candidate) => candidate.month === match?.[1]);
  if (match === null || run === undefined || Number(match[2]) > run.count) {
    throw new BadInputError(`The cursor "${cursor}" does not belong to this archive.`);
  }
  return { month: run.month, done: Number(match[2]) };
}

/** Returns a parser of spooled tweets as posts of the given account. */
export function postReader(notes: Notes): (tweet: SpooledTweet, account: AccountProfile) => NormalisedPost {
  return ({ json }, account) => {
    const author = authorOf(account);
    const text = json.toString('utf8');
    const tweet = unwrap(parseSpooled(text), 'tweet');
    const facts = readFacts(tweet);
    if (typeof facts === 'string') throw new Error(`broken invariant: a tweet was spooled although ${facts}`);
    const noteJson = notes.find(facts);
    if (noteJson === null) return mapTweet({ facts, tweet, note: null, raw: json }, account, author);
    const raw = `{"tweet":${text},"noteTweet":${noteJson}}`;
    const note = unwrap(parseSpooled(noteJson), 'noteTweet');
    return mapTweet({ facts, tweet, note, raw }, account, author);
  };
}

function parseSpooled(json: string): Wire {
  const record: unknown = JSON.parse(json);
  return must(isWire(record) ? record : null, 'only objects are spooled');
}
