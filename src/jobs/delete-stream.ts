import type { Sql } from 'postgres';
import { deleteStreamRows } from '../streams/delete.ts';
import { removeSpools } from './spool.ts';
import { removeFiles } from './uploads/lifetime.ts';
import type { UploadStore } from './uploads/store.ts';

/** Where jobs have their files. */
export type JobFiles = {
  /** The folder that jobs of this machine put their files in while they run. */
  readonly spoolRoot: string;
  readonly uploads: UploadStore;
};

/**
 * Erases a stream and everything of it: what was collected, its jobs in whatever state, and the files of these, which
 * may hold more than posts. Throws NotFoundError when there is none.
 */
export async function deleteStream(
  sql: Sql,
  streamId: number,
  { spoolRoot, uploads }: JobFiles,
): Promise<void> {
  const jobs = await deleteStreamRows(sql, streamId);
  // A system that keeps open files from being removed leaves them to the worker, which stops within a second.
  await Promise.allSettled(jobs.map((job) => removeFiles(uploads, job)));
  await removeSpools(
    spoolRoot,
    jobs.map(({ jobId }) => jobId),
  );
}
