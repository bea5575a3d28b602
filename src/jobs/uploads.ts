import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Sql } from 'postgres';
import { dayMs } from '../shared/instant.ts';
import { jobPayload } from './payloads.ts';
import type { RunningJob } from './lease.ts';
import type { CancelledJob } from './store.ts';

/** A file this young may belong to a request that is still being answered by another process. */
const youngMs = dayMs;

/** Removes the upload of a job that is over and noted as such; any other job has none. */
export async function removeUpload({ payload }: Pick<RunningJob, 'payload'>): Promise<void> {
  const { data } = jobPayload.safeParse(payload);
  if (data?.source === 'archive' && data.uploaded) await rm(data.path, { force: true });
}

/** Whether a job's archive is of an account that nobody named, and that was not read yet: it belongs to no stream. */
export function isNameless({ payload, streamId }: CancelledJob): boolean {
  const { data } = jobPayload.safeParse(payload);
  return (
    streamId === null && data?.source === 'archive' && data.handle === null && data.account === undefined
  );
}

/**
 * Removes uploads that no job needs, nor would if it were tried again: a process that was killed could not remove its
 * own, and jobs are deleted, with their streams or when they are old.
 */
export async function sweepUploads(sql: Sql, folder: string, now: number): Promise<void> {
  const files = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (files.length === 0) return;
  const needed = new Set(await listNeeded(sql));
  for (const file of files) {
    if (!file.isFile() || needed.has(file.name)) continue;
    const path = join(folder, file.name);
    // Gone meanwhile: another process looks through them too.
    const info = await stat(path).catch(() => null);
    if (info !== null && now - info.mtimeMs > youngMs) await rm(path, { force: true });
  }
}

/** By their names, which are random: the folder may be reached by several paths. */
async function listNeeded(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ path: string }[]>`
    select payload ->> 'path' as path from jobs where state <> 'SUCCEEDED' and payload ->> 'path' is not null
      and not (state = 'CANCELLED' and stream_id is null and payload ->> 'handle' is null
        and payload -> 'account' is null)`;
  return rows.map(({ path }) => basename(path));
}
