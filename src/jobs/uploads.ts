import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { jobPayload } from './payloads.ts';
import { listNeededFiles, type RunningJob } from './store.ts';

/** A file this young may belong to a request that is still being answered by another process. */
const youngMs = 24 * 3_600_000;

/** Removes the upload of a job that is over and noted as such; any other job has none. */
export async function removeUpload({ payload }: Pick<RunningJob, 'payload'>): Promise<void> {
  const { data } = jobPayload.safeParse(payload);
  if (data?.source === 'archive' && data.uploaded) await rm(data.path, { force: true });
}

/** Removes uploads that no job needs: a process that was killed could not remove its own. */
export async function sweepUploads(sql: Sql, folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return;
  const needed = new Set(await listNeededFiles(sql));
  for (const path of names.map((name) => join(folder, name))) {
    if (needed.has(path)) continue;
    const { mtimeMs } = await stat(path);
    if (now - mtimeMs > youngMs) await rm(path, { force: true });
  }
}
