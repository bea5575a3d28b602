import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './lock-file.ts';

/** Above the pids that Linux uses. */
const nobodysPid = 2 ** 22 + 1;

/**
 * Postgres does not start while the last postmaster's pid exists. After a power cut another program may have it, and a
 * killed process keeps it until its parent waits for it, which a container's first process may never do. The rest of
 * the file stays: from it Postgres detects backends that still live, and refuses to start beside them.
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

/** The port of the folder's running cluster; null when none runs. */
export async function runningPort(folder: string): Promise<number | null> {
  const lines = await readPidFile(folder);
  const pid = Number(lines[0]);
  if (!pid || !isAlive(pid) || !(await isPostgres(pid))) return null;
  return Number(lines[3]) || null;
}

/**
 * Whether a pid is a Postgres: after a power cut another program may have it. Only Linux can tell cheaply; a dead
 * process has no command.
 */
async function isPostgres(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return command === null || command.includes('postgres');
}
