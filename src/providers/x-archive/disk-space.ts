import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DiskFullError } from '../../shared/disk-full.ts';
import { lackingSpace } from '../../shared/free-space.ts';
import type { Layout } from './layout.ts';

/**
 * Refuses an archive that the disk of the spool cannot take, before anything is written: what fills a disk harms
 * everybody on it. What is spooled of real archives takes 84 to 99 % of what their files do; those that are gzipped
 * do not tell.
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
