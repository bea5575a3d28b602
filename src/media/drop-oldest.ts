import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The suffix of a file that is being written. */
export const temporaryEnding = '.tmp';

const blockBytes = 4_096;
/** Older temporary files were left by a dead process, since a write takes seconds. */
const abandonedMs = 3_600_000;
/** Files that are checked concurrently. */
const atOnce = 32;

/** Returns what a file takes on disk: whole blocks, at least one. */
export const sizeOnDisk = (bytes: number): number => Math.max(1, Math.ceil(bytes / blockBytes)) * blockBytes;

type Kept = { readonly path: string; readonly size: number; readonly changedAt: number };

/**
 * Deletes the least recently changed files until the rest takes at most the target, and abandoned temporary files.
 * Files that disappear meanwhile are ignored, since other processes do the same.
 */
export async function dropOldest(folder: string, target: number): Promise<void> {
  const kept: Kept[] = [];
  let total = 0;
  for (const shard of await namesIn(folder)) {
    const names = await namesIn(join(folder, shard));
    for (let at = 0; at < names.length; at += atOnce) {
      const paths = names.slice(at, at + atOnce).map((name) => join(folder, shard, name));
      for (const one of await Promise.all(paths.map(inspect))) {
        if (one === null) continue;
        if (one.path.endsWith(temporaryEnding) && Date.now() - one.changedAt > abandonedMs) {
          await rm(one.path, { force: true });
          continue;
        }
        kept.push(one);
        total += one.size;
      }
    }
  }
  kept.sort((one, other) => one.changedAt - other.changedAt);
  for (const { path, size } of kept) {
    if (total <= target) return;
    if (path.endsWith(temporaryEnding)) continue;
    await rm(path, { force: true });
    total -= size;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A file that somebody put there is not one of our folders.
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

async function inspect(path: string): Promise<Kept | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? { path, size: sizeOnDisk(found.size), changedAt: found.mtimeMs } : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
