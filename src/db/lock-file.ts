import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The locks of this process. The pid alone does not identify it: in a container every start has the same. */
const held = new Set<string>();
const askEveryMs = 100;
/** A file without a name belongs to a process that died while writing it, or that is just writing it. */
const namelessMs = 2_000;
/** A dead holder's pid may have become another program's. */
const patienceMs = 90_000;

/**
 * Waits for a lock file and creates it. Returns a function that removes it. The file names its holder by pid and a
 * random token, so a dead process's lock is void. Rejects with the signal's reason when it is aborted during the wait.
 */
export async function lockFile(path: string, signal?: AbortSignal): Promise<() => Promise<void>> {
  const name = `${process.pid} ${randomUUID()}`;
  held.add(name);
  try {
    for (let waitedMs = 0; !(await create(path, name)); waitedMs += askEveryMs) {
      signal?.throwIfAborted();
      const holder = await readFile(path, 'utf8').catch(() => null);
      if (holder === null) continue;
      if (isVoid(holder, waitedMs)) await removeVoid(path, holder);
      else await sleep(askEveryMs);
    }
  } catch (error) {
    held.delete(name);
    throw error;
  }
  return async () => {
    await rm(path, { force: true });
    held.delete(name);
  };
}

async function create(path: string, name: string): Promise<boolean> {
  try {
    await writeFile(path, name, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isVoid(holder: string, waitedMs: number): boolean {
  if (waitedMs > patienceMs) return true;
  const pid = Number.parseInt(holder, 10);
  if (Number.isNaN(pid)) return waitedMs > namelessMs;
  return pid === process.pid ? !held.has(holder) : !isAlive(pid);
}

/**
 * Removes a void lock, one process at a time and only the same one: by now the file may be another waiting process's
 * new lock.
 */
async function removeVoid(path: string, holder: string): Promise<void> {
  const unlock = await lockFile(`${path}.void`);
  const now = await readFile(path, 'utf8').catch(() => null);
  if (now === holder) await rm(path, { force: true });
  await unlock();
}

/** Whether any process, also another user's, has this pid. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
