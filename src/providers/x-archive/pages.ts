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
  /** What is known of edits: the first page tells it, wherever it begins. */
  readonly edits: readonly Versions[];
  /** Posts a page at most. */
  readonly pageSize: number;
};

/** The last pages become smaller, down to this share: while the last is being stored, there is none left to be read. */
const smallestShare = 1 / 8;

/** A page has no more bytes than this and one tweet's, however long its tweets are. */
const pageBytesMax = 32 * 1024 * 1024;
/** Tweets read from the disk at a time. */
const batchSize = 100;

/**
 * The pages of a spooled archive, still unread, oldest posts first. A cursor is the month and how many of its tweets are done;
 * throws BadInputError on a cursor that is of another archive.
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
    const told = edits;
    edits = [];
    return { account, posts, rejected: [], edits: told, cursor: position, total };
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

/** Of the tweets of a month so many are done, and of all months before it all. */
type Place = { readonly month: string; readonly done: number };

function parseCursor(cursor: string, runs: readonly Run[]): Place {
  const match = /^(\d{4}-\d{2}):(\d{1,9})$/.exec(cursor);
  const run = runs.find((candidate) => candidate.month === match?.[1]);
  if (match === null || run === undefined || Number(match[2]) > run.count) {
    throw new BadInputError(`The cursor "${cursor}" is not one of this archive.`);
  }
  return { month: run.month, done: Number(match[2]) };
}

/** Reads the posts of a spooled archive, which is of the given account. */
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
