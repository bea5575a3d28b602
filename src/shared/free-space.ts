import { statfs } from 'node:fs/promises';

/** Returns the free bytes on the disk of a folder when they are fewer than needed; null when there is enough space. */
export async function lackingSpace(folder: string, neededBytes: number): Promise<number | null> {
  const { blocks, bavail, bsize } = await statfs(folder);
  // Some file systems, e.g. of a network, do not report it.
  return blocks === 0 || neededBytes <= bavail * bsize ? null : bavail * bsize;
}
