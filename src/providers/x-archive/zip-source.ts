import { crc32, createInflateRaw } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { BadInputError } from '../../shared/errors.ts';
import { isWanted } from './layout.ts';
import type { GivenFile, Source, SourceFile, UnpackLimits } from './source.ts';

const stored = 0;
const deflated = 8;
const chunkBytes = 256 * 1024;

/**
 * Opens a zip by its central directory, so that zip64 and data descriptors are read right.
 * Nothing is ever written under an entry's name; an entry whose name leads out of the zip refuses it whole.
 */
export async function openZip({ path, name, limits }: GivenFile): Promise<Source> {
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch((cause: Error) => {
    throw new BadInputError(`${name} is not a whole zip, probably its end is missing: ${cause.message}`, {
      cause,
    });
  });
  try {
    const { files, count } = await listFiles(zip, name, limits);
    return { kind: 'zip', name, files, count, close: async () => zip.close() };
  } catch (cause) {
    zip.close();
    if (cause instanceof BadInputError) throw cause;
    throw new BadInputError(`${name} is not a whole zip: ${(cause as Error).message}`, { cause });
  }
}

async function listFiles(
  zip: ZipFile,
  name: string,
  limits: UnpackLimits,
): Promise<Pick<Source, 'files' | 'count'>> {
  refuseMany(zip.entryCount, limits.membersMax, `files in ${name}`);
  const files: SourceFile[] = [];
  let count = 0;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    count++;
    if (!isWanted(entry.fileName)) continue;
    files.push(zipMember(zip, entry, name, limits));
    refuseMany(files.length, limits.wantedMax, `files of tweets in ${name}`);
  }
  return { files, count };
}

function refuseMany(count: number, max: number, what: string): void {
  if (count > max) throw new BadInputError(`Too many ${what}: ${count} found, ${max} allowed.`);
}

function zipMember(zip: ZipFile, entry: Entry, name: string, limits: UnpackLimits): SourceFile {
  return {
    path: entry.fileName,
    size: entry.uncompressedSize,
    read: () => readEntry(zip, entry, name, limits),
  };
}

async function* readEntry(
  zip: ZipFile,
  entry: Entry,
  name: string,
  limits: UnpackLimits,
): AsyncGenerator<Buffer> {
  refuseUnreadable(entry, name, limits);
  let bytes = 0;
  let sum = 0;
  for await (const chunk of unpacked(zip, entry, name)) {
    bytes += chunk.length;
    if (bytes > entry.uncompressedSize) {
      throw new BadInputError(
        `${entry.fileName} in ${name} unpacks to more than the ${entry.uncompressedSize} bytes that the zip declares.`,
      );
    }
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (bytes !== entry.uncompressedSize || sum !== entry.crc32) {
    throw new BadInputError(
      `${entry.fileName} in ${name} is damaged: its checksum differs. Download it again.`,
    );
  }
}

function refuseUnreadable(entry: Entry, name: string, limits: UnpackLimits): void {
  const where = `${entry.fileName} in ${name}`;
  if (entry.isEncrypted()) throw new BadInputError(`${where} is encrypted: unpack it and give the folder.`);
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated) {
    throw new BadInputError(
      `${where} is packed by method ${entry.compressionMethod}, not by deflate: unpack it and give the folder.`,
    );
  }
  if (entry.uncompressedSize > limits.ratioMax * entry.compressedSize) {
    throw new BadInputError(
      `${where} would unpack to more than ${limits.ratioMax} times its size: a zip bomb, not an archive.`,
    );
  }
}

/** Inflates with large chunks of our own: yauzl's stream hands out 16 KB at a time, which costs a third more time. */
async function* unpacked(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Buffer> {
  try {
    const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    if (entry.compressionMethod === stored) {
      yield* packed;
      return;
    }
    const inflate = createInflateRaw({ chunkSize: chunkBytes });
    packed.on('error', (error) => inflate.destroy(error));
    try {
      yield* packed.pipe(inflate);
    } finally {
      packed.destroy();
    }
  } catch (cause) {
    throw new BadInputError(`${entry.fileName} in ${name} is damaged: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
