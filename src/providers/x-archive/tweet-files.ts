import { BadInputError } from '../../shared/errors.ts';
import { isWire, unwrap, type Wire, wireAt } from '../x/json.ts';
import type { Identity } from './identity.ts';
import { isOfCommunities, type Layout } from './layout.ts';
import { noteText, noteTime, type Notes } from './notes.ts';
import type { ArchiveHooks } from './archive-hooks.ts';
import { readAhead } from './read-ahead.ts';
import { RecordScanner } from './record-scanner.ts';
import type { Rejections } from './rejections.ts';
import type { SourceFile } from './source.ts';
import type { Spool } from './spool.ts';
import { copyWeight, editOf, readFacts } from './tweet-facts.ts';
import type { UnpackLimits } from './unpack-limits.ts';
import { isOfAnother, writerId, writerOf } from './writer.ts';

/** What to read, and where to put tweets and notes. */
export type SpoolWork = {
  readonly layout: Layout;
  readonly identity: Identity;
  readonly limits: UnpackLimits;
  readonly hooks: ArchiveHooks;
  readonly spool: Spool;
  readonly notes: Notes;
  readonly rejections: Rejections;
};

/** The result of reading the tweet files. */
type ReadTweets = {
  /** The time of the newest tweet; null when there is none. */
  readonly newest: number | null;
  /** The number of tweets, without those of communities, which have files of their own. */
  readonly tweets: number;
};

/** Reads all tweets and notes to the end of their files and spools them. */
export async function readTweetFiles(work: SpoolWork): Promise<ReadTweets> {
  const { layout, hooks } = work;
  const files = [...layout.tweets, ...layout.notes];
  const sizes = files.map((file) => file.size);
  const bytesTotal = sizes.some((size) => size === null)
    ? null
    : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  let bytesRead = 0;
  let newest: number | null = null;
  let tweets = 0;
  const countBytes = (file: SourceFile, bytes: number) => {
    bytesRead += bytes;
    if (bytesRead > work.limits.totalBytesMax) {
      throw new BadInputError(
        `The archive decompresses to more than ${work.limits.totalBytesMax} bytes: not imported.`,
      );
    }
    // In some languages, UTF-16 grows when it is converted to UTF-8.
    const total = bytesTotal === null ? null : Math.max(bytesTotal, bytesRead);
    hooks.onProgress?.(`Reading ${file.path}`, bytesRead, total);
  };
  for await (const { file, chunks } of readAhead(layout.tweets)) {
    await scan(work, file, chunks, isTweetList, countBytes, (record, json) => {
      const outcome = spoolTweet(work, record, json);
      if (typeof outcome === 'string') return outcome;
      newest = Math.max(newest ?? outcome, outcome);
      if (!isOfCommunities(file.path)) tweets++;
      return null;
    });
  }
  for await (const { file, chunks } of readAhead(layout.notes)) {
    await scan(work, file, chunks, isNoteList, countBytes, (record, json) => spoolNote(work, record, json));
  }
  return { newest, tweets };
}

async function scan(
  work: SpoolWork,
  file: SourceFile,
  chunks: AsyncIterable<Buffer>,
  isWanted: (prefix: string) => boolean,
  countBytes: (file: SourceFile, bytes: number) => void,
  /** Takes a record; returns the reason when it cannot. */
  take: (record: Wire, json: Buffer) => string | null,
): Promise<void> {
  const reject = (reason: string, index: number) =>
    work.rejections.add({ where: `${file.path}[${index}]`, reason });
  const scanner = new RecordScanner(file.path, {
    onPrefix(prefix) {
      if (!isWanted(prefix)) {
        throw new BadInputError(`${file.path} has other contents: it begins with "${prefix.slice(0, 60)}".`);
      }
    },
    onRecord(json, index) {
      const record = parseRecord(json);
      const reason = record === null ? 'it is not a JSON object' : take(record, json);
      if (reason !== null) reject(reason, index);
    },
    onBroken: reject,
  });
  for await (const chunk of chunks) {
    work.hooks.signal?.throwIfAborted();
    countBytes(file, chunk.length);
    scanner.push(chunk);
    await work.spool.relieve();
  }
  scanner.end();
}

function parseRecord(json: Buffer): Wire | null {
  try {
    const record: unknown = JSON.parse(json.toString('utf8'));
    return isWire(record) ? record : null;
  } catch {
    return null;
  }
}

/**
 * The names to which archives, and programs that were made from one, assign tweets; a bare list has none. Never
 * `deleted_tweets`.
 */
function isTweetList(prefix: string): boolean {
  return (
    prefix === '' ||
    /^(?:(?:module\.)?exports\s*=|export\s+default)$/.test(prefix) ||
    /^window\.YTD\.(?:tweets?|community_tweets?)\.part\d+\s*=$/.test(prefix) ||
    /^Grailbird\.data\.tweets_\d{4}_\d{2}\s*=$/.test(prefix)
  );
}

function isNoteList(prefix: string): boolean {
  return prefix === '' || /^window\.YTD\.note_tweets?\.part\d+\s*=$/.test(prefix);
}

/** Spools a tweet and returns its time; returns the reason when it is rejected. */
function spoolTweet(work: SpoolWork, record: Wire, json: Buffer): number | string {
  const tweet = unwrap(record, 'tweet');
  const facts = readFacts(tweet);
  if (typeof facts === 'string') return facts;
  if (isOfAnother(tweet, work.identity.platformId) && writerOf(tweet) === null) {
    return `tweet ${facts.id} was written by account ${writerId(tweet)}, not by @${work.identity.handle}`;
  }
  const versions = editOf(tweet, facts.id);
  if (versions !== null) work.spool.leaveOutBefore(facts.id, versions);
  const { id, createdAt } = facts;
  work.spool.add({ id, createdAt, weight: copyWeight(tweet) }, innerJson(record, json, 'tweet'));
  return createdAt;
}

function spoolNote(work: SpoolWork, record: Wire, json: Buffer): string | null {
  const note = unwrap(record, 'noteTweet');
  const madeAt = noteTime(note);
  if (madeAt === null) return 'a long post has no readable date';
  if (noteText(note) === null) return 'a long post has no text';
  const added = work.notes.add(madeAt, innerJson(record, json, 'noteTweet'));
  return added ? null : 'there are more long posts in its second than anybody can write';
}

/**
 * Returns the JSON of the value in `{"tweet":…}`, cut out of the record, which has no white space; the whole record
 * when it is not wrapped.
 */
function innerJson(record: Wire, json: Buffer, key: string): Buffer {
  const wrapped = wireAt(record, key) !== null && Object.keys(record).length === 1;
  return wrapped ? json.subarray(key.length + '{"":'.length, json.length - 1) : json;
}
