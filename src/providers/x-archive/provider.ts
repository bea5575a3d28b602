import { rm } from 'node:fs/promises';
import type { AccountProfile, Covered, NormalisedPost, Page, Rejection } from '../../shared/post.ts';
import { BadInputError } from '../../shared/errors.ts';
import type { ArchiveHooks } from './archive-hooks.ts';
import { coveredBy } from './covered.ts';
import { requireSpace } from './disk-space.ts';
import { type Identity, readIdentity } from './identity.ts';
import { type Layout, findLayout } from './layout.ts';
import { Notes } from './notes.ts';
import { postReader, readPages } from './pages.ts';
import { Rejections } from './rejections.ts';
import { openSource } from './open-source.ts';
import { Spool } from './spool.ts';
import type { SpooledTweet } from './run-reader.ts';
import { readTweetFiles, type SpoolWork } from './tweet-files.ts';
import { defaultUnpackLimits, type UnpackLimits } from './unpack-limits.ts';

/** What to import, and how. */
type ArchiveOptions = {
  /** A zip, an unpacked folder, or a single file: `tweets.js` of any name, or the same under gzip. */
  readonly path: string;
  /** What messages call it, which then tell no path; else by its path. */
  readonly name?: string | undefined;
  /** Whose it is where the file does not say, with or without @; one that contradicts the archive is refused. */
  readonly handle: string | null;
  /** A folder of this job's own, for its user only; made when it does not exist. The caller removes it after the last page. */
  readonly spoolFolder: string;
  /** Posts a page; the last pages have fewer, and so has one that reaches 32 MB. */
  readonly pageSize: number;
  /** Against zip bombs: how much it may unpack to. Default: 200 times its size, and 64 GB. */
  readonly limits?: UnpackLimits;
};

/** An archive that was read to its end and found whole. */
export type Archive = {
  readonly account: AccountProfile;
  /** Posts in all pages together, also those by others: copies and earlier versions of edited tweets are left out and not counted. */
  readonly total: number;
  /** The first 100 records that were kept out. All are known here: pages have none of their own. */
  readonly rejected: readonly Rejection[];
  readonly rejectedCount: number;
  /** What it covers, as far as it says that it holds all tweets of the account; null of a part, or when it does not say. */
  readonly covered: Covered | null;
  /**
   * The posts, oldest month first and oldest first within it, from after `cursor` (null: from the beginning). The same file gives the same pages,
   * so a cursor also holds in another process that opened it again. Needs the spool folder.
   */
  readonly pages: (cursor: string | null, signal?: AbortSignal) => AsyncGenerator<Page<SpooledTweet>>;
  /**
   * A post of those pages, which hold it as the bytes that it came as: a hundred thousand of them are light to hold.
   * `account` is the archive's, with its id when somebody else knows it: only by that are others' posts told apart.
   */
  readonly read: (tweet: SpooledTweet, account?: AccountProfile) => NormalisedPost;
};

/**
 * Reads and checks a whole archive, so that a broken one leaves nothing behind: posts are only yielded once every
 * file was found readable to its last bracket. Throws BadInputError when it is no archive, or not a whole one, and
 * DiskFullError when the disk of the spool has too little space for it.
 *
 * What was spooled of an archive that is not opened is removed. Of an edited tweet only the newest version is kept. Deleted tweets and private files are never opened.
 */
export async function openArchive(options: ArchiveOptions, hooks: ArchiveHooks = {}): Promise<Archive> {
  const limits = options.limits ?? defaultUnpackLimits;
  const { signal } = hooks;
  const source = await openSource(options.path, { limits, name: options.name, signal });
  try {
    const layout = findLayout(source);
    const identity = await readIdentity(layout, options.handle);
    await hooks.onAccount?.({ platformId: identity.platformId, handle: identity.handle });
    await requireSpace(layout, { name: source.name, spoolFolder: options.spoolFolder });
    return await spoolArchive({ layout, identity, name: source.name, limits, options, hooks });
  } catch (error) {
    await rm(options.spoolFolder, { recursive: true, force: true });
    throw error;
  } finally {
    await source.close();
  }
}

async function spoolArchive(work: {
  readonly layout: Layout;
  readonly identity: Identity;
  readonly name: string;
  readonly limits: UnpackLimits;
  readonly options: ArchiveOptions;
  readonly hooks: ArchiveHooks;
}): Promise<Archive> {
  const { identity, options } = work;
  const notes = await Notes.create(options.spoolFolder);
  const rejections = new Rejections();
  const { newest, tweets, runs, edits } = await spoolTweets({ ...work, notes, rejections });
  const total = runs.reduce((sum, run) => sum + run.count, 0);
  if (total === 0 && rejections.count > 0) {
    const [first] = rejections.first;
    throw new BadInputError(
      `None of the ${rejections.count} records of ${work.name} could be read; ${first?.where}: ${first?.reason}.`,
    );
  }
  const read = postReader(notes);
  const account: AccountProfile = {
    ...identity,
    // Without the date of the archive, its newest tweet is the surest sign of when it was made. Not the file's own
    // time, which every copy and download changes: the same archive has to give the same posts again.
    observedAt: identity.observedAt ?? newest ?? identity.joinedAt ?? 0,
  };
  return {
    account,
    total,
    rejected: rejections.first,
    rejectedCount: rejections.count,
    covered: await coveredBy(work.layout, { tweets, rejected: rejections.count, newest }),
    pages: (cursor, signal) =>
      readPages({ runs, account, total, edits, pageSize: options.pageSize }, cursor, signal),
    read: (tweet, known = account) => read(tweet, known),
  };
}

async function spoolTweets(work: Omit<SpoolWork, 'spool'> & { readonly options: ArchiveOptions }) {
  const spool = await Spool.create(work.options.spoolFolder);
  try {
    const read = await readTweetFiles({ ...work, spool });
    return { ...read, runs: await spool.finish(work.hooks.signal), edits: spool.edits };
  } finally {
    await spool.close();
  }
}
