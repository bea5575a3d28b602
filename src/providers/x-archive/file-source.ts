import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { BadInputError } from '../../shared/errors.ts';
import { startAsText } from './as-utf8.ts';
import { chunkBytes, readBytes, unpack } from './bytes.ts';
import type { GivenFile, Source, SourceFile } from './source.ts';
import { type UnpackLimits, unpackedMax } from './unpack-limits.ts';
import { sentenceOf } from './sentence.ts';

/** Opens a single file: a tweets.js of any name, or a gzipped one. */
export function openSingleFile(
  { path, name, limits, signal }: GivenFile,
  size: number,
  start: Buffer,
): Source {
  const gzipped = start[0] === 0x1f && start[1] === 0x8b;
  if (!gzipped && !beginsList(start)) {
    throw new BadInputError(
      `${name} is neither a zip nor a tweets.js nor the log of a Twitch chat: it begins neither with ` +
        '"window.YTD.tweets.part0 = [" or the like nor with lines of a chat.',
    );
  }
  const file = fileOnDisk({ path, shownAs: name, size, gzipped, limits, signal });
  return { kind: 'file', name, files: [file], count: 1, close: async () => {} };
}

type FileOnDisk = {
  readonly path: string;
  readonly shownAs: string;
  readonly size: number;
  readonly gzipped: boolean;
  readonly limits: UnpackLimits;
  readonly signal: AbortSignal | undefined;
};

/** A file on disk, decompressed while it is read when it is gzipped. */
export function fileOnDisk(file: FileOnDisk): SourceFile {
  const path = file.shownAs.replace(/\.gz$/, '');
  return file.gzipped
    ? { path, size: null, read: () => gunzipped(file) }
    : { path, size: file.size, read: () => plain(file) };
}

async function* plain({ path, shownAs, signal }: FileOnDisk): AsyncGenerator<Buffer> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EACCES' && cause.code !== 'EPERM') throw cause;
    throw new BadInputError(`${shownAs} cannot be read (${cause.code}).`, { cause });
  });
  try {
    yield* readBytes(file, { start: 0, end: null, signal });
  } finally {
    await file.close();
  }
}

async function* gunzipped(file: FileOnDisk): AsyncGenerator<Buffer> {
  const bytesMax = unpackedMax(file.limits, file.size);
  let bytes = 0;
  try {
    for await (const chunk of unpack(plain(file), createGunzip({ chunkSize: chunkBytes }))) {
      bytes += chunk.length;
      if (bytes > bytesMax) break;
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof BadInputError || file.signal?.aborted) throw cause;
    throw new BadInputError(`${file.shownAs} is damaged: ${sentenceOf(cause)}`, { cause });
  }
  if (bytes > bytesMax) {
    throw new BadInputError(
      `${file.shownAs} would decompress to far more than its size: it is a decompression bomb, not an archive.`,
    );
  }
}

/**
 * Whether a text begins with a list, or with the assignment of one. Checked early, so that a picture is not reported as
 * an incomplete tweets.js.
 */
function beginsList(start: Buffer): boolean {
  return /^(?:[\w.$\s]+=|\s*export\s+default)?\s*\[/.test(startAsText(start).replace(/^\uFEFF/, ''));
}
