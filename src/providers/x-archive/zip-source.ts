import { type FileHandle, open } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { BadInputError } from '../../shared/errors.ts';
import { chunkBytes, readBytes, unpack } from './bytes.ts';
import { Extents } from './extents.ts';
import { isWanted as isOfArchive } from './layout.ts';
import type { GivenFile, Source, SourceFile } from './source.ts';
import { refuseMany, unpackedMax } from './unpack-limits.ts';
import { ZipReader } from './zip-reader.ts';
import { sentenceOf } from './sentence.ts';

const stored = 0;
const deflated = 8;
/** Precedes each entry of the central directory. */
const entrySignature = 0x02014b50;
/** Smallest header of a file in a zip. */
const headerBytes = 30;
/** Longest path: no system has longer ones, and each is kept in memory and shown. */
const pathLengthMax = 1_000;

/**
 * Opens a zip by its central directory, so that zip64 and data descriptors are read correctly. Everything that is known
 * before decompression is checked here: names, sizes, and that no two files overlap. Nothing is written under an
 * entry's name; a name that leads out of the zip refuses the whole zip.
 */
export async function openZip(given: GivenFile): Promise<Source> {
  const { path, name, signal } = given;
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const zip = await yauzl.fromRandomAccessReaderPromise(new ZipReader(file, size), size, {
      autoClose: false,
    });
    const { files, count } = await listFiles({ ...given, file, size, zip });
    return { kind: 'zip', name, files, count, close: () => file.close() };
  } catch (cause) {
    await file.close();
    if (cause instanceof BadInputError || signal?.aborted) throw cause;
    throw new BadInputError(`${name} is not a complete zip; its end may be missing: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}

type OpenZip = GivenFile & { readonly file: FileHandle; readonly size: number; readonly zip: ZipFile };

/** A file in a zip. Without yauzl's other fields, such as comments, which would take memory. */
type Member = {
  readonly path: string;
  readonly method: number;
  readonly checksum: number;
  readonly headerStart: number;
  readonly packedBytes: number;
  readonly bytes: number;
};

async function listFiles(opened: OpenZip): Promise<Pick<Source, 'files' | 'count'>> {
  const { zip, name, limits, signal, isWanted = isOfArchive } = opened;
  // Its declared type, boolean, is wrong.
  const directoryStart = Number(zip.readEntryCursor);
  refuseMany(zip.entryCount, limits.membersMax, `files in ${name}`);
  const members: Member[] = [];
  const extents = new Extents();
  let count = 0;
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted();
    if (entry.fileName.includes('\0')) throw new BadInputError(`A file in ${name} has a NUL in its name.`);
    const headerStart = entry.relativeOffsetOfLocalHeader;
    extents.add(headerStart, headerStart + headerBytes + entry.compressedSize);
    if (entry.fileName.endsWith('/')) continue;
    count++;
    if (!isWanted(entry.fileName)) continue;
    refuseUnreadable(entry, name);
    members.push(memberOf(entry));
    refuseMany(members.length, limits.wantedMax, `files of tweets in ${name}`);
  }
  await refuseUncounted(opened);
  extents.finish();
  if (extents.overlap()) throw overlapping(name);
  refuseBomb(members, opened);
  const files: SourceFile[] = [];
  for (const member of members) {
    signal?.throwIfAborted();
    const end = Math.min(extents.nextAfter(member.headerStart), directoryStart);
    files.push(await fileOf(member, end, opened));
  }
  return { files, count };
}

/**
 * Refuses a zip that lists more entries than it counts, as programs write that count only to 65,535: the others would
 * be left out silently.
 */
async function refuseUncounted({ file, zip, name }: OpenZip): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, Number(zip.readEntryCursor));
  if (bytesRead < 4 || buffer.readUInt32LE(0) !== entrySignature) return;
  throw new BadInputError(
    `${name} lists more files than it counts (${zip.entryCount}): create the zip again.`,
  );
}

const memberOf = (entry: Entry): Member => ({
  path: entry.fileName,
  method: entry.compressionMethod,
  checksum: entry.crc32,
  headerStart: entry.relativeOffsetOfLocalHeader,
  packedBytes: entry.compressedSize,
  bytes: entry.uncompressedSize,
});

function refuseUnreadable(entry: Entry, name: string): void {
  if (entry.fileName.length > pathLengthMax) {
    throw new BadInputError(
      `A file in ${name} has a name of more than ${pathLengthMax} characters: ${entry.fileName.slice(0, 100)}….`,
    );
  }
  const where = `${entry.fileName} in ${name}`;
  if (entry.isEncrypted()) throw new BadInputError(`${where} is encrypted: unzip it and give the folder.`);
  if (isLink(entry))
    throw new BadInputError(`${where} is a link to another file: give the files themselves.`);
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated) {
    throw new BadInputError(
      `${where} is compressed by method ${entry.compressionMethod}, not by deflate: unzip it and give the folder.`,
    );
  }
}

/** Zips from Unix have the file mode in the upper half. */
const isLink = (entry: Entry): boolean => ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;

/** Checks the declared sizes; a file that decompresses to more is refused while it is read. */
function refuseBomb(members: readonly Member[], { name, size, limits }: OpenZip): void {
  const bytes = members.reduce((sum, member) => sum + member.bytes, 0);
  const allowed = unpackedMax(limits, size);
  if (bytes > allowed) {
    throw new BadInputError(
      `${name} would decompress to ${bytes} bytes, ${allowed} are allowed for a zip of ${size}: it is a zip bomb, not an archive.`,
    );
  }
}

const overlapping = (name: string): BadInputError =>
  new BadInputError(`Files in ${name} overlap: it is a zip bomb, not an archive.`);

/**
 * Returns the file after checking that it ends before `end`, the start of the next file or of the central directory.
 */
async function fileOf(member: Member, end: number, opened: OpenZip): Promise<SourceFile> {
  const { zip, name } = opened;
  // safe: yauzl reads only these two fields
  const entry = {
    relativeOffsetOfLocalHeader: member.headerStart,
    compressedSize: member.packedBytes,
  } as Entry;
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  if (fileDataStart + member.packedBytes > end) throw overlapping(name);
  return { path: member.path, size: member.bytes, read: () => readMember(member, fileDataStart, opened) };
}

async function* readMember(member: Member, start: number, opened: OpenZip): AsyncGenerator<Buffer> {
  const where = `${member.path} in ${opened.name}`;
  let bytes = 0;
  let sum = 0;
  for await (const chunk of contentOf(member, start, opened)) {
    bytes += chunk.length;
    if (bytes > member.bytes) {
      throw new BadInputError(
        `${where} decompresses to more than the ${member.bytes} bytes that the zip declares.`,
      );
    }
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (bytes !== member.bytes || sum !== member.checksum) {
    throw new BadInputError(`${where} is damaged: its checksum differs. Download it again.`);
  }
}

async function* contentOf(
  { path, method, packedBytes }: Member,
  start: number,
  { file, name, signal }: OpenZip,
): AsyncGenerator<Buffer> {
  const packed = readBytes(file, { start, end: start + packedBytes, signal });
  try {
    if (method === stored) yield* packed;
    else yield* unpack(packed, createInflateRaw({ chunkSize: chunkBytes }));
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new BadInputError(`${path} in ${name} is damaged: ${sentenceOf(cause)}`, { cause });
  }
}
