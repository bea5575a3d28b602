import type { FileHandle } from 'node:fs/promises';
import yauzl from 'yauzl';

/** About a thousand entries of the central directory; other work can run between two windows. */
const windowBytes = 64 * 1024;

/**
 * Reads the headers and the central directory for yauzl, never the contents of the zip's files. It replaces yauzl's own
 * reader, which throws uncatchably when a waiting stream is destroyed or a zip names an offset above 2^53, and which
 * reads each entry from disk separately, twice. The caller closes the file.
 */
export class ZipReader extends yauzl.RandomAccessReader {
  readonly #file: FileHandle;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #from = 0;

  constructor(file: FileHandle, size: number) {
    super();
    this.#file = file;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#copy(buffer.subarray(offset, offset + length), position).then(
      () => callback(null, length),
      callback,
    );
  }

  async #copy(target: Buffer, position: number): Promise<void> {
    if (!(position >= 0 && position + target.length <= this.#size)) {
      throw new Error('it refers to bytes beyond its end');
    }
    if (position < this.#from || position + target.length > this.#from + this.#window.length) {
      const length = Math.min(Math.max(windowBytes, target.length), this.#size - position);
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, position);
      if (bytesRead < target.length) throw new Error('the file ends too early');
      this.#window = buffer.subarray(0, bytesRead);
      this.#from = position;
    }
    const start = position - this.#from;
    this.#window.copy(target, 0, start, start + target.length);
  }
}
