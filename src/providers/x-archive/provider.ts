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

/** What to import. */
type ArchiveOptions = {
  /** A zip, an unpacked folder, or a single file: `tweets.js` under any name, gzipped or not. */
  readonly path: string;
  /** The name that messages use, so that they do not contain the path; default: the path. */
  readonly name?: string | undefined;
  /**
   * The account, with or without @, used when the file does not name it. A handle that contradicts the archive is
   * refused.
   */
  readonly handle: string | null;
  /** A private folder of this job, created when it does not exist. The caller removes it after the last page. */
  readonly spoolFolder: string;
  /** Posts per page. The last pages have fewer, and so has a page that reaches 32 MB. */
  readonly pageSize: number;
  /** Limits on decompression, against zip bombs. Default: 200 times its size, and 64 GB. */
  readonly limits?: UnpackLimits;
};

/** An archive that was read to its end and is complete. */
export type Archive = {
  readonly account: AccountProfile;
  /** Posts in all pages, including those by others, without copies and earlier versions of edited tweets. */
  readonly total: number;
  /** The first 100 rejected records. All of them are here: the pages report none. */
  readonly rejected: readonly Rejection[];
  readonly rejectedCount: number;
  /** The period for which the archive says that it is complete; null for a partial archive, or when it does not say. */
  readonly covered: Covered | null;
  /**
   * Yields the posts in order of time, after `cursor` (null: from the beginning). The same file gives the same pages,
   * so a cursor stays valid in another process that opens it again. Needs the spool folder.
   */
  readonly pages: (cursor: string | null, signal?: AbortSignal) => AsyncGenerator<Page<SpooledTweet>>;
  /**
   * Parses a post of those pages, which hold raw bytes to save memory. `account` is the archive's, with its id when the
   * caller knows it: posts by others are recognised by that id only.
   */
  readonly read: (tweet: SpooledTweet, account?: AccountProfile) => NormalisedPost;
};

/**
 * Reads and checks a whole archive, so that nothing of a damaged one is imported: posts are yielded only after every
 * file was read to its end. Throws BadInputError when it is not a complete archive, and DiskFullError when the spool's
 * disk has too little space.
 *
 * Removes the spool when the archive cannot be opened. Keeps only the newest version of an edited tweet. Never opens
 * deleted tweets and private files.
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
    // Without its date, the newest tweet is the best estimate of when the archive was made. The file's own time is not
    // used, because copies and downloads change it, and the same archive must give the same posts.
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
