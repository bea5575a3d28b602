import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatBytes } from '../shared/bytes.ts';
import { DiskFullError } from '../shared/disk-full.ts';
import { lackingSpace } from '../shared/free-space.ts';
import { contentTypeOf, headBytes } from './content-type.ts';
import { dropOldest, sizeOnDisk, temporaryEnding } from './drop-oldest.ts';

/** A kept picture, open to be read. */
export type StoredPicture = { readonly file: FileHandle; readonly type: string; readonly bytes: number };

/** Pictures on disk, by key. */
export type PictureFolder = {
  /** Opens a picture; null when there is none. */
  find(key: string): Promise<StoredPicture | null>;
  /** Keeps a picture that is whole; one by the same key is replaced. Throws when the disk is nearly full. */
  keep(key: string, picture: Buffer): Promise<void>;
  /** Drops the pictures that were not asked for the longest, when they are too many. */
  trim(): Promise<void>;
};

type FolderOptions = {
  readonly folder: string;
  /** Bytes that all pictures take on disk, at most. */
  readonly maxBytes: number;
  /** The size of the largest picture. */
  readonly largest: number;
  /** Processes that keep pictures in this folder. */
  readonly writers: number;
  /** Bytes of the disk that pictures leave to others, e.g. to the database beside them. */
  readonly spare?: number;
};

const defaultSpare = 200_000_000;

const hourMs = 3_600_000;
/** How much of its room a folder makes free when it is full. */
const freedShare = 0.1;

/**
 * Keeps each picture as a file of its own. Nothing else is stored: what a file is its first bytes tell, when it was last
 * asked for its time of change. So there is nothing that a crash could leave untrue, and several processes share a folder.
 */
export function openPictureFolder(options: FolderOptions): PictureFolder {
  const { folder, maxBytes, largest, writers, spare = defaultSpare } = options;
  // Each process may write its share of what a drop leaves free until it looks again: together they stay within the limit.
  const share = Math.max((maxBytes * freedShare) / writers, sizeOnDisk(largest));
  const target = Math.max(0, maxBytes - share * writers);
  /** What this process may write until it has to look what there is. */
  let allowed = 0;
  /** Writes go one after the other: each knows what is still allowed. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  const pathOf = (key: string) => join(folder, key.slice(0, 2), key);

  const makeRoom = async (): Promise<void> => {
    await dropOldest(folder, target);
    allowed = share;
  };

  return {
    async find(key) {
      const path = pathOf(key);
      const file = await openOrNull(path);
      if (file === null) return null;
      try {
        const stored = await describe(file);
        if (stored !== null) return stored;
      } catch (error) {
        await file.close();
        throw error;
      }
      // The machine went down while it was written: it is fetched again.
      await file.close();
      await rm(path, { force: true });
      return null;
    },
    keep: (key, picture) =>
      inTurn(async () => {
        const size = sizeOnDisk(picture.byteLength);
        if (size > allowed) await makeRoom();
        allowed -= size;
        await makeFolder(folder);
        const free = await lackingSpace(folder, spare + size);
        if (free !== null) throw new DiskFullError(`The disk of the pictures has ${formatBytes(free)} left`);
        await write(pathOf(key), picture);
      }),
    trim: () => inTurn(makeRoom),
  };
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function describe(file: FileHandle): Promise<StoredPicture | null> {
  const { size, mtimeMs } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  const type = contentTypeOf(buffer.subarray(0, bytesRead));
  if (type === null) return null;
  // It was asked for. To the hour is enough, and a disk that takes no writes still gives pictures.
  const now = new Date();
  if (now.getTime() - mtimeMs > hourMs) await file.utimes(now, now).catch(() => {});
  return { file, type, bytes: size };
}

/** A reader sees the whole file or none, also after the machine went down. */
async function write(path: string, picture: Buffer): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}${temporaryEnding}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(picture);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Not mkdir's own `recursive`: in Node 20 that tries for ever when the system makes no folder there. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
