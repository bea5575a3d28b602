import { statfs } from 'node:fs/promises';

/** How many bytes the disk of a folder has left, when that is less than needed; null when it has enough. */
export async function lackingSpace(folder: string, neededBytes: number): Promise<number | null> {
  const { blocks, bavail, bsize } = await statfs(folder);
  // Some file systems, as those of a network, do not tell.
  return blocks === 0 || neededBytes <= bavail * bsize ? null : bavail * bsize;
}
