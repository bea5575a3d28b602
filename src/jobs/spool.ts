import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { toIso } from '../shared/instant.ts';
import type { RunningJob } from './lease.ts';

type Lease = Pick<RunningJob, 'jobId' | 'lease'>;

/** Folders are called `<job>.<lease>`: a worker that was taken for dead clears its own, not its successor's. */
const nameOf = ({ jobId, lease }: Lease): string => `${jobId}.${lease}`;
/** Also a job's alone, as they were once called. */
const namePattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.(\d+))?$/;

function parseName(name: string): Lease | null {
  const [, jobId, lease = '0'] = namePattern.exec(name) ?? [];
  return jobId === undefined ? null : { jobId, lease: Number(lease) };
}

/** Where an attempt of a job may put files. It has to make the folder, and to remove it. */
export const spoolFolderOf = (root: string, job: Lease): string => join(root, nameOf(job));

/** Removes what earlier attempts of the job left. One that still runs fails by it: what it writes is void anyway. */
export async function clearEarlier(root: string, job: Lease): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const left = parseName(name);
    if (left?.jobId === job.jobId && left.lease < job.lease) await removeFolder(join(root, name));
  }
}

/** Removes what any run of these jobs has in the spool: their stream was deleted. A worker at one of them fails by it. */
export async function removeSpools(root: string, jobIds: readonly string[]): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const left = parseName(name);
    if (left !== null && jobIds.includes(left.jobId)) await removeFolder(join(root, name));
  }
}

/** So long a worker may go on with a job that was cancelled, before it notices. */
const noticeMs = 60_000;

/** Removes what attempts left that are over: their worker was killed, and nobody went on with the job here. */
export async function sweepSpool(sql: Sql, root: string, now: number): Promise<void> {
  const names = (await readdir(root).catch(() => [])).filter((name) => parseName(name) !== null);
  if (names.length === 0) return;
  // Asked after the folders were listed: one that was made before has its attempt noted by now.
  const rows = await sql<Lease[]>`
    select job_id as "jobId", lease from jobs
    where job_id = any(${names.map((name) => parseName(name)?.jobId ?? '')}::uuid[])
      and (state = 'RUNNING' or progress_at > ${toIso(now - noticeMs)})`;
  const needed = new Set(rows.map(nameOf));
  for (const name of names) if (!needed.has(name)) await removeFolder(join(root, name));
}

/** Fails where something is put into it meanwhile: then the next look has it. */
const removeFolder = (path: string) => rm(path, { recursive: true, force: true }).catch(() => {});
