import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { BadInputError } from '../../shared/errors.ts';
import { asUtf8 } from './as-utf8.ts';
import { openFolder } from './folder-source.ts';
import { openSingleFile } from './file-source.ts';
import type { Source } from './source.ts';
import type { UnpackLimits } from './unpack-limits.ts';
import { openZip } from './zip-source.ts';

type OpenOptions = {
  readonly limits: UnpackLimits;
  /** The name that messages use; default: the path. */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Opens a file or folder; recognises it by its first bytes, not by its name. The caller closes it. */
export async function openSource(path: string, options: OpenOptions): Promise<Source> {
  const source = await openAsItIs(path, options);
  const files = source.files.map((file) => ({ ...file, read: () => asUtf8(file.path, file.read()) }));
  return { ...source, files };
}

async function openAsItIs(path: string, options: OpenOptions): Promise<Source> {
  const { name, limits, signal } = options;
  const called = name ?? path;
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
      throw new BadInputError(`There is no file or folder ${called}.`, { cause });
    }
    throw unreadable(called, cause);
  });
  if (info.isDirectory()) return openFolder(path, { limits, signal });
  if (!info.isFile()) throw new BadInputError(`${called} is neither a file nor a folder.`);
  if (info.size === 0) throw new BadInputError(`${called} is empty.`);
  const start = await firstBytes(path, called);
  const file = { path, name: name ?? basename(path), limits, signal };
  if (start.subarray(0, 2).toString('latin1') === 'PK') return openZip(file);
  return openSingleFile(file, info.size, start);
}

/** Reports only the error code: the message contains the path. */
const unreadable = (called: string, cause: NodeJS.ErrnoException) =>
  new BadInputError(`${called} cannot be read (${cause.code}).`, { cause });

async function firstBytes(path: string, called: string): Promise<Buffer> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(called, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
