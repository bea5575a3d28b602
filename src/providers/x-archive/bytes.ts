import type { FileHandle } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How much is read, or unpacked, at a time: the 16 KB that Node takes by itself cost a third more time. */
export const chunkBytes = 256 * 1024;

type Span = {
  readonly start: number;
  /** Exclusive; null: the end of the file. */
  readonly end: number | null;
  readonly signal: AbortSignal | undefined;
};

/** The bytes of an open file, which stays open. Throws when it ends before `end`, and the signal's reason once that is aborted. */
export async function* readBytes(file: FileHandle, { start, end, signal }: Span): AsyncGenerator<Buffer> {
  for (let position = start; end === null || position < end; ) {
    signal?.throwIfAborted();
    const length = end === null ? chunkBytes : Math.min(chunkBytes, end - position);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
    else if (end === null) return;
    else throw new Error('the file ends too early');
    position += bytesRead;
  }
}

/** What zlib makes of packed bytes. Whoever stops early waits until nothing is read any more. */
export async function* unpack(packed: AsyncIterable<Buffer>, zlib: Transform): AsyncGenerator<Buffer> {
  const flowing = pipeline(Readable.from(packed), zlib);
  // What fails is met below, by whoever reads.
  flowing.catch(() => {});
  try {
    yield* zlib;
  } finally {
    zlib.destroy();
    await flowing.catch(() => {});
  }
}
