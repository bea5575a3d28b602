import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BadInputError } from '../../shared/errors.ts';
import { asUtf8, startAsText } from '../x-archive/as-utf8.ts';

/** Length of the text by which a file is recognised. */
const startBytes = 64 * 1024;
/** Limits on decompression: chat text compresses to a tenth, one repeated line to a thousandth. */
const unpackRatioMax = 1_000;
const unpackedMax = 64 * 1024 ** 3;

/** A local file, gzipped or not. */
export type LogFile = {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly isGzip: boolean;
};

/**
 * Finds a file; null for a folder, and for what does not exist or cannot be opened: the archive reader reports those.
 */
export async function findLogFile(path: string, name: string): Promise<LogFile | null> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return null;
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return { path, name, bytes: stats.size, isGzip: buffer[0] === 0x1f && buffer[1] === 0x8b };
  } finally {
    await handle.close();
  }
}

/** Returns the beginning of a file's decompressed text. */
export async function startOf(file: LogFile): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of unpacked(file)) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= startBytes) break;
  }
  return startAsText(Buffer.concat(chunks).subarray(0, startBytes)).replace(/^\ufeff/, '');
}

/** Streams a file's text as UTF-8. Throws BadInputError when it cannot be decompressed or is not text. */
export const textOf = (file: LogFile, signal?: AbortSignal): AsyncGenerator<Buffer> =>
  asUtf8(file.name, unpacked(file, signal));

async function* unpacked(file: LogFile, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const source = createReadStream(file.path, { highWaterMark: 256 * 1024 });
  const stream = file.isGzip ? pipeline(source, createGunzip(), () => {}) : source;
  const most = Math.min(unpackedMax, 1024 ** 2 + unpackRatioMax * file.bytes);
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      bytes += chunk.length;
      if (bytes > most) throw new BadInputError(`${file.name} unpacks to more than ${most} bytes.`);
      yield chunk;
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!code.startsWith('Z_')) throw cause;
    throw new BadInputError(`${file.name} is gzipped, but damaged or incomplete.`, { cause });
  } finally {
    source.destroy();
  }
}
