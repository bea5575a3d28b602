import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './lock-file.ts';

/** Above what Linux ever gives to a process. */
const nobodysPid = 2 ** 22 + 1;

/**
 * Postgres does not start while the number of the last postmaster is anybody's: after a power cut another program may
 * have it, and one that was killed keeps it until its parent asks, which the first process of a container may never do.
 * The rest of the file stays: by it Postgres finds backends that still live, and refuses to start beside them.
 */
export async function freeNumber(folder: string): Promise<void> {
  const [line, ...rest] = await readPidFile(folder);
  const pid = Number(line);
  if (!pid || !isAlive(pid) || (await isPostgres(pid))) return;
  await writeFile(pidFile(folder), [nobodysPid, ...rest].join('\n'));
}

const pidFile = (folder: string) => join(folder, 'postmaster.pid');
const readPidFile = async (folder: string) =>
  (await readFile(pidFile(folder), 'utf8').catch(() => '')).split('\n');

/** The port of the cluster that is running in the folder; null when none is. */
export async function runningPort(folder: string): Promise<number | null> {
  const lines = await readPidFile(folder);
  const pid = Number(lines[0]);
  if (!pid || !isAlive(pid) || !(await isPostgres(pid))) return null;
  return Number(lines[3]) || null;
}

/** After a power cut the number may belong to some other program; a dead process has no command. Only Linux can tell cheaply. */
async function isPostgres(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return command === null || command.includes('postgres');
}
