import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

// All of this reads Linux's /proc; on other systems figures are null, and the tables say so.

/** The running children of all threads of a process. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** Our own child whose command line contains the text; null when there is none. */
export async function findChild(text: string): Promise<number | null> {
  for (const pid of await childrenOf(process.pid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(text)) return pid;
  }
  return null;
}

/** The peak memory of a process in bytes, as recorded by the kernel. */
export async function peakRss(pid: number | null): Promise<number | null> {
  if (pid === null) return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** Seconds of CPU that a process has used. */
export async function cpuOf(pid: number | null): Promise<number | null> {
  const ticks = pid === null ? null : await readTicks(pid);
  return ticks && (ticks.user + ticks.system) / ticksPerSecond;
}

/** Seconds of CPU that a cluster has used, including closed connections. */
export async function clusterCpu(folder: string): Promise<number | null> {
  const pidFile = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const postmaster = Number(pidFile.split('\n')[0]);
  const own = postmaster > 0 ? await readTicks(postmaster) : null;
  if (own === null) return null;
  let ticks = own.user + own.system + own.children;
  for (const pid of await childrenOf(postmaster)) {
    const child = await readTicks(pid);
    if (child !== null) ticks += child.user + child.system;
  }
  return ticks / ticksPerSecond;
}

/** The same on every Linux that Node supports. */
const ticksPerSecond = 100;

async function readTicks(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The name, in brackets, may contain anything; the 14th field is the 12th after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  return { user, system, children: childUser + childSystem };
}
