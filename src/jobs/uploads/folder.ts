import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '../../shared/errors.ts';
import { isObject } from './location.ts';
import type { UploadStore } from './store.ts';

/** Files by their paths alone: for those who receive no uploads. */
export const thisDisk = (): UploadStore => openFolder(tmpdir());

/** Keeps uploads where they were received: in a folder of this disk, or one that machines share. */
export function openFolder(folder: string): UploadStore {
  return {
    folder,
    keep: async (path) => path,
    async open(location) {
      // Whoever took the upload had a bucket: the file is there, and the job can be tried again.
      if (isObject(location)) {
        throw new DomainError(
          'INTERNAL',
          `The upload is at ${location}: set UPLOADS_URL for this worker too`,
        );
      }
      const found = await stat(location).catch(() => null);
      return found === null ? null : location;
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
        // Gone meanwhile: another process looks through them too.
        const info = await stat(path).catch(() => null);
        if (info !== null && info.mtimeMs < before) await rm(path, { force: true });
      }
    },
  };
}
