import type { FileHandle } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Size of each read and each decompressed chunk; Node's default of 16 KB took a third more time. */
export const chunkBytes = 256 * 1024;

type Span = {
  readonly start: number;
  /** Exclusive; null: the end of the file. */
  readonly end: number | null;
  readonly signal: AbortSignal | undefined;
};

/**
 * Yields the bytes of an open file and leaves it open. Throws when the file ends before `end`, and the signal's reason
 * when that is aborted.
 */
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

/** Decompresses bytes. When the reader stops early, it waits until the source is no longer read. */
export async function* unpack(packed: AsyncIterable<Buffer>, zlib: Transform): AsyncGenerator<Buffer> {
  const flowing = pipeline(Readable.from(packed), zlib);
  // Errors are thrown below, to the reader.
  flowing.catch(() => {});
  try {
    yield* zlib;
  } finally {
    zlib.destroy();
    await flowing.catch(() => {});
  }
}
