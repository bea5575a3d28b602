import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { diskFull } from '../../shared/disk-full.ts';
import { DomainError } from '../../shared/errors.ts';
import { isObject } from './location.ts';
import type { UploadStore } from './store.ts';

/** Finds files by their paths only: for processes that receive no uploads. */
export const thisDisk = (): UploadStore => openFolder(tmpdir());

/** Stores uploads in the folder that receives them: on this disk, or shared by machines. */
export function openFolder(folder: string): UploadStore {
  return {
    folder,
    keep: (path, signal) => moveInto(folder, path, signal),
    async open(location) {
      // The server that received it has a bucket: the file exists, and the job can be retried.
      if (isObject(location)) {
        throw new DomainError(
          'INTERNAL',
          `The upload is at ${location}: set UPLOADS_URL for this worker too`,
        );
      }
      const found = await stat(location).catch(() => null);
      return found === null ? null : location;
    },
    async read(location) {
      if (isObject(location)) {
        throw new DomainError('INTERNAL', `The file is at ${location}: set UPLOADS_URL for this server too`);
      }
      const file = await open(location).catch(() => null);
      if (file === null) return null;
      const { size } = await file.stat();
      return { bytes: size, content: file.createReadStream() };
    },
    async remove(location) {
      if (!isObject(location)) await rm(location, { force: true });
    },
    async sweep(listNeeded, before) {
      const files = await readdir(folder, { withFileTypes: true }).catch(() => []);
      if (files.length === 0) return;
      const needed = await listNeeded();
      for (const file of files) {
        if (!file.isFile() || needed.has(file.name)) continue;
        const path = join(folder, file.name);
        // Another process that sweeps may have removed it.
        const info = await stat(path).catch(() => null);
        if (info !== null && info.mtimeMs < before) await rm(path, { force: true });
      }
    },
  };
}

/**
 * Moves a file into the folder, completely or not at all. A folder that machines share is on another disk, so the file
 * is copied.
 */
async function moveInto(folder: string, path: string, signal: AbortSignal): Promise<string> {
  if (dirname(resolve(path)) === resolve(folder)) return path;
  const kept = join(folder, basename(path));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(path, kept).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      const copy = createWriteStream(kept, { flags: 'wx', mode: 0o600, flush: true });
      await pipeline(createReadStream(path), copy, { signal });
    });
    return kept;
  } catch (error) {
    await rm(kept, { force: true });
    throw diskFull(error, folder) ?? error;
  } finally {
    await rm(path, { force: true });
  }
}
