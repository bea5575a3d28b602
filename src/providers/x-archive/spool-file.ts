import { type FileHandle, open } from 'node:fs/promises';
import { readSync } from 'node:fs';
import { must } from '../../shared/errors.ts';

/** Two pages per month are in memory while an archive is read: 16 MB for twenty years. */
const pageBytes = 32 * 1024;
/** Pages that may wait to be written before the writer has to wait, too. */
const pendingPagesMax = 128;

/** The location of bytes in a spool file: the numbers of their pages in order. All pages but the last are full. */
export type Paged = { readonly pages: readonly number[]; readonly length: number };

/**
 * A file of pages that the months of an archive share. With a file per month, each would be opened thousands of times,
 * or stay open, and archives can have more months than a process may open files. Pages are written in the background;
 * `settle` throws when that failed.
 */
export class SpoolFile {
  readonly #file: FileHandle;
  readonly #free: Buffer[] = [];
  readonly #writing = new Set<Promise<void>>();
  #count = 0;
  #failure: { readonly error: unknown } | null = null;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Creates an empty file, replacing an existing one, that only this user may read. */
  static async create(path: string): Promise<SpoolFile> {
    return new SpoolFile(await open(path, 'w+', 0o600));
  }

  /** Returns a page to fill. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(pageBytes);
  }

  /** Writes the first `length` bytes of a page, which then returns to the pool; returns the page's number. */
  write(page: Buffer, length: number): number {
    const number = this.#count++;
    const writing = this.#writeAll(page, length, number * pageBytes)
      .then(() => {
        this.#free.push(page);
      })
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    return number;
  }

  /** Repeats partial writes: a full disk first writes a part and reports the error on the next attempt. */
  async #writeAll(page: Buffer, length: number, position: number): Promise<void> {
    for (let at = 0; at < length; ) {
      const { bytesWritten } = await this.#file.write(page, at, length - at, position + at);
      at += bytesWritten;
    }
  }

  /** Waits when too many pages are pending; throws like `settle`. */
  async relieve(): Promise<void> {
    if (this.#failure !== null || this.#writing.size > pendingPagesMax) await this.settle();
  }

  /** Waits until all pages are written and returns the file to read from; throws when a page could not be written. */
  async settle(): Promise<FileHandle> {
    await Promise.all(this.#writing);
    if (this.#failure !== null) throw this.#failure.error;
    return this.#file;
  }

  async close(): Promise<void> {
    await Promise.all(this.#writing);
    await this.#file.close();
  }
}

/** Appends bytes to a spool file. */
export class PageWriter {
  readonly #file: SpoolFile;
  readonly #pages: number[] = [];
  #page: Buffer | null = null;
  #used = 0;
  /** Bytes written so far. */
  length = 0;

  constructor(file: SpoolFile) {
    this.#file = file;
  }

  /** Copies the bytes. */
  append(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; ) {
      this.#page ??= this.#file.take();
      const copied = bytes.copy(this.#page, this.#used, from);
      from += copied;
      this.#used += copied;
      if (this.#used === pageBytes) this.#flush();
    }
    this.length += bytes.length;
  }

  /** Ends the writing; `append` must not be called afterwards. */
  finish(): Paged {
    this.#flush();
    return { pages: this.#pages, length: this.length };
  }

  #flush(): void {
    if (this.#page === null) return;
    this.#pages.push(this.#file.write(this.#page, this.#used));
    this.#page = null;
    this.#used = 0;
  }
}

type Piece = { readonly at: number; readonly length: number; readonly position: number };

/**
 * Yields the pieces of the file that hold `length` bytes from `offset` on, with their place in a buffer of that length.
 */
function* piecesOf({ pages }: Paged, offset: number, length: number): Generator<Piece> {
  for (let at = 0; at < length; ) {
    const within = (offset + at) % pageBytes;
    const page = must(pages[Math.floor((offset + at) / pageBytes)], 'a record lies within its pages');
    const piece = Math.min(length - at, pageBytes - within);
    yield { at, length: piece, position: page * pageBytes + within };
    at += piece;
  }
}

const cutOff = () => new Error('a spooled file is shorter than it was written');

/** Reads all of the bytes. */
export async function readAll(file: FileHandle, paged: Paged): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(paged.length);
  for (const { at, length, position } of piecesOf(paged, 0, paged.length)) {
    const { bytesRead } = await file.read(whole, at, length, position);
    if (bytesRead < length) throw cutOff();
  }
  return whole;
}

/**
 * Reads a part of the bytes. Synchronous: the pages were written a moment ago and come from the cache in about 3
 * microseconds; a promise each would take five times as long.
 */
export function readSome(file: FileHandle, paged: Paged, offset: number, length: number): Buffer {
  const some = Buffer.allocUnsafe(length);
  for (const piece of piecesOf(paged, offset, length)) {
    if (readSync(file.fd, some, piece.at, piece.length, piece.position) < piece.length) throw cutOff();
  }
  return some;
}
