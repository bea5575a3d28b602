import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BadInputError } from '../../shared/errors.ts';
import type { GivenFile, Source, SourceFile, UnpackLimits } from './source.ts';

const chunkBytes = 256 * 1024;

/** One file given alone: a tweets.js of any name, or the same under gzip. */
export function openSingleFile({ path, name, limits }: GivenFile, size: number, start: Buffer): Source {
  const gzipped = start[0] === 0x1f && start[1] === 0x8b;
  if (!gzipped && !beginsList(start)) {
    throw new BadInputError(
      `${name} is neither a zip nor a tweets.js: it does not begin with "window.YTD.tweets.part0 = [" or the like.`,
    );
  }
  const file = fileOnDisk({ path, shownAs: name, size, gzipped, limits });
  return { kind: 'file', name, files: [file], count: 1, close: async () => {} };
}

/** A file on disk, unpacked on the way where it is gzipped. */
export function fileOnDisk(options: {
  readonly path: string;
  readonly shownAs: string;
  readonly size: number;
  readonly gzipped: boolean;
  readonly limits: UnpackLimits;
}): SourceFile {
  const shownAs = options.shownAs.replace(/\.gz$/, '');
  if (!options.gzipped) {
    return {
      path: shownAs,
      size: options.size,
      read: () => plain(options.path, options.shownAs),
    };
  }
  return {
    path: shownAs,
    size: null,
    read: () => gunzipped(options.path, options.shownAs, options.size * options.limits.ratioMax),
  };
}

async function* plain(path: string, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) yield chunk as Buffer; // safe: no encoding was set
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw cause;
    throw new BadInputError(`${name} cannot be read (${code}).`, { cause });
  }
}

async function* gunzipped(path: string, name: string, bytesMax: number): AsyncGenerator<Buffer> {
  const packed = createReadStream(path, { highWaterMark: chunkBytes });
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  packed.on('error', (error) => gunzip.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of packed.pipe(gunzip)) {
      bytes += (chunk as Buffer).length; // safe: no encoding was set
      if (bytes > bytesMax) break;
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw new BadInputError(`${name} is damaged: ${(cause as Error).message}.`, { cause });
  } finally {
    packed.destroy();
  }
  if (bytes > bytesMax) {
    throw new BadInputError(`${name} would unpack to far more than its size: a bomb, not an archive.`);
  }
}

/** A list, or an assignment of one: told apart early, so that a picture is not called a cut tweets.js. */
function beginsList(start: Buffer): boolean {
  return /^(?:[\w.$\s]+=)?\s*\[/.test(start.toString('utf8').replace(/^\uFEFF/, ''));
}
