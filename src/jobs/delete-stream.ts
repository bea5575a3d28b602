import type { Sql } from 'postgres';
import { deleteStreamRows } from '../streams/delete.ts';
import { removeSpools } from './spool.ts';
import { removeUpload } from './uploads.ts';

/**
 * Erases a stream and everything of it: what was collected, its jobs in whatever state, and the files of these, which
 * may hold more than posts. Throws NotFoundError when there is none.
 */
export async function deleteStream(
  sql: Sql,
  streamId: number,
  /** Where the jobs of this machine put their files. */
  spoolRoot: string,
): Promise<void> {
  const jobs = await deleteStreamRows(sql, streamId);
  // A system that keeps open files from being removed leaves them to the worker, which stops within a second.
  await Promise.allSettled(jobs.map(removeUpload));
  await removeSpools(
    spoolRoot,
    jobs.map(({ jobId }) => jobId),
  );
}
