import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DiskFullError } from '../../shared/disk-full.ts';
import { lackingSpace } from '../../shared/free-space.ts';
import type { Layout } from './layout.ts';

/**
 * Refuses an archive that does not fit on the spool's disk before anything is written, since a full disk harms every
 * program that uses it. The spool of real archives takes 84 to 99 % of the size of their files; the size of gzipped
 * files is not known in advance.
 */
export async function requireSpace(
  { tweets, notes }: Layout,
  { name, spoolFolder }: { readonly name: string; readonly spoolFolder: string },
): Promise<void> {
  const needed = [...tweets, ...notes].reduce((sum, { size }) => sum + (size ?? 0), 0);
  await mkdir(spoolFolder, { recursive: true, mode: 0o700 });
  const free = await lackingSpace(spoolFolder, needed);
  if (free === null) return;
  throw new DiskFullError(
    `The tweets of ${name} take ${megabytes(Math.ceil(needed / 1e6))} unpacked, and the disk of ` +
      `${dirname(spoolFolder)} has ${megabytes(Math.floor(free / 1e6))} left`,
  );
}

const megabytes = (count: number): string => `${count.toLocaleString('en-US')} MB`;
