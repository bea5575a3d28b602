import { basename } from 'node:path';
import type { Sql } from 'postgres';
import { dayMs } from '../../shared/instant.ts';
import { fileOf } from '../exports.ts';
import { jobPayload } from '../payloads.ts';
import type { RunningJob } from '../lease.ts';
import type { CancelledJob } from '../store.ts';
import type { UploadStore } from './store.ts';

/** A younger file may belong to a request that another process still handles. */
const youngMs = dayMs;

/** Removes the upload of a job whose end is stored. Jobs without an upload are ignored. */
export async function removeUpload(
  uploads: UploadStore,
  { payload }: Pick<RunningJob, 'payload'>,
): Promise<void> {
  const { data } = jobPayload.safeParse(payload);
  if (data?.source === 'archive' && data.uploaded) await uploads.remove(data.path);
}

/** Removes the files of a deleted job: its upload or its exported file. */
export async function removeFiles(uploads: UploadStore, job: Pick<RunningJob, 'payload'>): Promise<void> {
  await removeUpload(uploads, job);
  const file = fileOf(job.payload);
  if (file !== null) await uploads.remove(file.location);
}

/**
 * Whether the account of a job's archive is unknown: nobody named it, and the archive was not read yet. Such a job
 * belongs to no stream.
 */
export function isNameless({ payload, streamId }: CancelledJob): boolean {
  const { data } = jobPayload.safeParse(payload);
  return (
    streamId === null && data?.source === 'archive' && data.handle === null && data.account === undefined
  );
}

/**
 * Removes uploads that no job needs, not even for a retry. They remain when a process was killed, and when jobs are
 * deleted. Also removes exported files that belong to no job.
 */
export async function sweepUploads(sql: Sql, uploads: UploadStore, now: number): Promise<void> {
  await uploads.sweep(async () => new Set(await listNeeded(sql)), now - youngMs);
}

/** Compares names, which are random: a folder may have several paths. */
async function listNeeded(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ path: string }[]>`
    select payload ->> 'path' as path from jobs where state <> 'SUCCEEDED' and payload ->> 'path' is not null
      and not (state = 'CANCELLED' and stream_id is null and payload ->> 'handle' is null
        and payload -> 'account' is null)
    union all
    select payload #>> '{file,location}' from jobs where kind = 'EXPORT' and payload ? 'file'`;
  return rows.map(({ path }) => basename(path));
}
