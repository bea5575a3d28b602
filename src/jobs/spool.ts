import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { toIso } from '../shared/instant.ts';
import type { RunningJob } from './lease.ts';

type Lease = Pick<RunningJob, 'jobId' | 'lease'>;

/**
 * Folders are named `<job>.<lease>`: a worker that was wrongly taken for dead removes its own folder, not its
 * successor's.
 */
const nameOf = ({ jobId, lease }: Lease): string => `${jobId}.${lease}`;
/** Older versions named folders by the job alone. */
const namePattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.(\d+))?$/;

function parseName(name: string): Lease | null {
  const [, jobId, lease = '0'] = namePattern.exec(name) ?? [];
  return jobId === undefined ? null : { jobId, lease: Number(lease) };
}

/** The folder for an attempt's files. The attempt creates and removes it. */
export const spoolFolderOf = (root: string, job: Lease): string => join(root, nameOf(job));

/**
 * Removes what earlier attempts of the job left. An attempt that still runs then fails, but its writes have no effect
 * anyway.
 */
export async function clearEarlier(root: string, job: Lease): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const left = parseName(name);
    if (left?.jobId === job.jobId && left.lease < job.lease) await removeFolder(join(root, name));
  }
}

/** Removes the spool folders of jobs whose stream was deleted. A worker that runs one of them then fails. */
export async function removeSpools(root: string, jobIds: readonly string[]): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const left = parseName(name);
    if (left !== null && jobIds.includes(left.jobId)) await removeFolder(join(root, name));
  }
}

/** How long a worker may continue a cancelled job before it notices. */
const noticeMs = 60_000;

/** Removes what ended attempts left: their worker was killed, and the job did not continue on this machine. */
export async function sweepSpool(sql: Sql, root: string, now: number): Promise<void> {
  const names = (await readdir(root).catch(() => [])).filter((name) => parseName(name) !== null);
  if (names.length === 0) return;
  // After the folders were listed: the attempt of a listed folder is in the table by now.
  const rows = await sql<Lease[]>`
    select job_id as "jobId", lease from jobs
    where job_id = any(${names.map((name) => parseName(name)?.jobId ?? '')}::uuid[])
      and (state = 'RUNNING' or progress_at > ${toIso(now - noticeMs)})`;
  const needed = new Set(rows.map(nameOf));
  for (const name of names) if (!needed.has(name)) await removeFolder(join(root, name));
}

/** Fails when a file is added meanwhile: the next sweep removes it. */
const removeFolder = (path: string) => rm(path, { recursive: true, force: true }).catch(() => {});
