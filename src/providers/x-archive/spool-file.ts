import { type FileHandle, open } from 'node:fs/promises';
import { readSync } from 'node:fs';
import { must } from '../../shared/errors.ts';

/** Two a month are in memory while an archive is read: 16 MB for twenty years. */
const pageBytes = 32 * 1024;
/** As much as may wait to be written before whoever fills pages waits too. */
const pagesUnderWay = 128;

/** Where bytes stand in a spool file: the numbers of their pages, in order. All but the last are full. */
export type Paged = { readonly pages: readonly number[]; readonly length: number };

/**
 * A file of pages, written side by side by all months of an archive: a file for each would be opened thousands of
 * times, or held open, and archives can have more months than a process may have files. Pages are written in the
 * background; a failure is told by `settle`.
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

  /** An empty file, whatever was there before, for nobody else on this machine to read. */
  static async create(path: string): Promise<SpoolFile> {
    return new SpoolFile(await open(path, 'w+', 0o600));
  }

  /** A page to fill. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(pageBytes);
  }

  /** Writes the beginning of a page that was taken, which goes back to the file, and gives its number. */
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

  /** A disk that gets full takes a part, and says so at the next try. */
  async #writeAll(page: Buffer, length: number, position: number): Promise<void> {
    for (let at = 0; at < length; ) {
      const { bytesWritten } = await this.#file.write(page, at, length - at, position + at);
      at += bytesWritten;
    }
  }

  /** Waits where too much is under way; throws as `settle` does. */
  async relieve(): Promise<void> {
    if (this.#failure !== null || this.#writing.size > pagesUnderWay) await this.settle();
  }

  /** Waits until all is written, and gives the file to read from; throws when a page could not be written. */
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

/** Bytes that grow at their end. */
export class PageWriter {
  readonly #file: SpoolFile;
  readonly #pages: number[] = [];
  #page: Buffer | null = null;
  #used = 0;
  /** Bytes so far. */
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

  /** Nothing may be added afterwards. */
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

/** The pieces of the file that hold bytes from `offset` on, as places in a buffer of that length. */
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

/** All of the bytes. */
export async function readAll(file: FileHandle, paged: Paged): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(paged.length);
  for (const { at, length, position } of piecesOf(paged, 0, paged.length)) {
    const { bytesRead } = await file.read(whole, at, length, position);
    if (bytesRead < length) throw cutOff();
  }
  return whole;
}

/**
 * Some of the bytes. Synchronous: the pages were written a moment ago and come out of the cache in some
 * 3 microseconds; a promise for each takes five times that.
 */
export function readSome(file: FileHandle, paged: Paged, offset: number, length: number): Buffer {
  const some = Buffer.allocUnsafe(length);
  for (const piece of piecesOf(paged, offset, length)) {
    if (readSync(file.fd, some, piece.at, piece.length, piece.position) < piece.length) throw cutOff();
  }
  return some;
}
