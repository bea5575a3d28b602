import { basename } from 'node:path';
import type { Sql } from 'postgres';
import { dayMs } from '../../shared/instant.ts';
import { fileOf } from '../exports.ts';
import { jobPayload } from '../payloads.ts';
import type { RunningJob } from '../lease.ts';
import type { CancelledJob } from '../store.ts';
import type { UploadStore } from './store.ts';

/** A file this young may belong to a request that is still being answered by another process. */
const youngMs = dayMs;

/** Removes the upload of a job that is over and noted as such; any other job has none. */
export async function removeUpload(
  uploads: UploadStore,
  { payload }: Pick<RunningJob, 'payload'>,
): Promise<void> {
  const { data } = jobPayload.safeParse(payload);
  if (data?.source === 'archive' && data.uploaded) await uploads.remove(data.path);
}

/** Removes what a job that was deleted has in the store: its upload, or the file that it exported. */
export async function removeFiles(uploads: UploadStore, job: Pick<RunningJob, 'payload'>): Promise<void> {
  await removeUpload(uploads, job);
  const file = fileOf(job.payload);
  if (file !== null) await uploads.remove(file.location);
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
 * own, and jobs are deleted, with their streams or when they are old. So are exported files that no job notes.
 */
export async function sweepUploads(sql: Sql, uploads: UploadStore, now: number): Promise<void> {
  await uploads.sweep(async () => new Set(await listNeeded(sql)), now - youngMs);
}

/** By their names, which are random: a folder may be reached by several paths. */
async function listNeeded(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ path: string }[]>`
    select payload ->> 'path' as path from jobs where state <> 'SUCCEEDED' and payload ->> 'path' is not null
      and not (state = 'CANCELLED' and stream_id is null and payload ->> 'handle' is null
        and payload -> 'account' is null)
    union all
    select payload #>> '{file,location}' from jobs where kind = 'EXPORT' and payload ? 'file'`;
  return rows.map(({ path }) => basename(path));
}
