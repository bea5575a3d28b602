import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatBytes } from '../shared/bytes.ts';
import { DiskFullError } from '../shared/disk-full.ts';
import { lackingSpace } from '../shared/free-space.ts';
import { contentTypeOf, headBytes } from './content-type.ts';
import { dropOldest, sizeOnDisk, temporaryEnding } from './drop-oldest.ts';

/** A stored picture, open for reading. */
export type StoredPicture = { readonly file: FileHandle; readonly type: string; readonly bytes: number };

/** Pictures on disk, by key. */
export type PictureFolder = {
  /** Opens a picture; null when there is none. */
  find(key: string): Promise<StoredPicture | null>;
  /** Stores a complete picture; replaces one with the same key. Throws when the disk is nearly full. */
  keep(key: string, picture: Buffer): Promise<void>;
  /** Deletes the least recently requested pictures when there are too many. */
  trim(): Promise<void>;
};

type FolderOptions = {
  readonly folder: string;
  /** Most bytes of all pictures on disk. */
  readonly maxBytes: number;
  /** The size of the largest picture. */
  readonly largest: number;
  /** The number of processes that store pictures in this folder. */
  readonly writers: number;
  /** Bytes of the disk that pictures leave free, e.g. for the database on it. */
  readonly spare?: number;
};

const defaultSpare = 200_000_000;

const hourMs = 3_600_000;
/** The share that is freed when the folder is full. */
const freedShare = 0.1;

/**
 * Stores each picture as a file. There is no other state: the first bytes of a file are its type, and its modification
 * time is the last request. So a crash leaves nothing inconsistent, and several processes can share a folder.
 */
export function openPictureFolder(options: FolderOptions): PictureFolder {
  const { folder, maxBytes, largest, writers, spare = defaultSpare } = options;
  // Each process may write its share of the freed bytes before it checks again, so that together they stay within the
  // limit.
  const share = Math.max((maxBytes * freedShare) / writers, sizeOnDisk(largest));
  const target = Math.max(0, maxBytes - share * writers);
  /** Bytes that this process may write before it has to check the folder. */
  let allowed = 0;
  /** Writes are serialised, so that each knows how much is still allowed. */
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
      // The machine went down while the picture was written: it is fetched again.
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
  // Records the request, to the hour. On a disk that refuses writes, pictures are still served.
  const now = new Date();
  if (now.getTime() - mtimeMs > hourMs) await file.utimes(now, now).catch(() => {});
  return { file, type, bytes: size };
}

/** Writes atomically: a reader sees the whole file or none, even after a crash of the machine. */
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

/** Not mkdir's own `recursive`: in Node 20 it retries for ever when the system cannot create the folder. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
