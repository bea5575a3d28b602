import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { SourceFile } from '../providers/x-archive/source.ts';
import { openZip } from '../providers/x-archive/zip-source.ts';
import { BadInputError, NotFoundError } from '../shared/errors.ts';
import {
  entryOf,
  type Manifest,
  manifestBytesMax,
  manifestName,
  parseManifest,
  type TableEntry,
} from './manifest.ts';

/** A backup whose manifest agrees with the files of the zip. */
export type Backup = {
  readonly name: string;
  readonly manifest: Manifest;
  /** Reads the rows of a table in COPY text format; throws BadInputError when they are damaged. */
  readonly read: (table: TableEntry) => AsyncIterable<Buffer>;
  close(): Promise<void>;
};

/** Rows of equal values compress to a hundredth, a bomb to a thousandth. */
const limits = {
  ratioMax: 300,
  freeBytes: 64 * 1024 ** 2,
  totalBytesMax: Number.MAX_SAFE_INTEGER,
  membersMax: 200,
  wantedMax: 200,
};

/** Opens a file that `saveBackup` wrote. Trusts nothing in it: BAD_INPUT says what is wrong. */
export async function openBackup(path: string, signal?: AbortSignal): Promise<Backup> {
  const name = basename(path);
  const info = await stat(path).catch(() => null);
  if (info === null) throw new NotFoundError(`There is no file ${path}`);
  if (!info.isFile()) throw new BadInputError(`${name} is not a file`);
  const zip = await openZip({ path, name, limits, signal, isWanted: () => true });
  try {
    const files = new Map(zip.files.map((file) => [file.path, file]));
    const manifest = await readManifest(files.get(manifestName), name);
    requireFiles(manifest, zip.files, name);
    const read = (table: TableEntry) => {
      const file = files.get(entryOf(table.name));
      if (file === undefined) throw new BadInputError(`${name} lacks ${entryOf(table.name)}`);
      return file.read();
    };
    return { name, manifest, read, close: zip.close };
  } catch (error) {
    await zip.close();
    throw error;
  }
}

async function readManifest(file: SourceFile | undefined, name: string): Promise<Manifest> {
  if (file === undefined)
    throw new BadInputError(`${name} is not a backup of larkstat: it has no ${manifestName}`);
  if ((file.size ?? 0) > manifestBytesMax) {
    throw new BadInputError(`${name}: its manifest has ${file.size} bytes, ${manifestBytesMax} are allowed`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  return parseManifest(Buffer.concat(chunks).toString('utf8'), name);
}

/** Refuses a zip unless it has each table once, and nothing else. */
function requireFiles({ tables }: Manifest, files: readonly SourceFile[], name: string): void {
  const expected = [manifestName, ...tables.map((table) => entryOf(table.name))].sort();
  const found = files.map(({ path }) => path).sort();
  if (expected.length !== found.length || expected.some((path, at) => path !== found[at])) {
    throw new BadInputError(`${name} is damaged: its files are not those that its manifest names`);
  }
}
