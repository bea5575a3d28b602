import type { Sql } from 'postgres';
import { deleteStreamRows } from '../streams/delete.ts';
import { removeSpools } from './spool.ts';
import { removeFiles } from './uploads/lifetime.ts';
import type { UploadStore } from './uploads/store.ts';

/** Where jobs store their files. */
export type JobFiles = {
  /** The folder for files of running jobs of this machine. */
  readonly spoolRoot: string;
  readonly uploads: UploadStore;
};

/** Erases a stream with its posts, its jobs in any state, and their files. Throws NotFoundError. */
export async function deleteStream(
  sql: Sql,
  streamId: number,
  { spoolRoot, uploads }: JobFiles,
): Promise<void> {
  const jobs = await deleteStreamRows(sql, streamId);
  // On some systems an open file cannot be removed. The worker removes it: it stops within a second.
  await Promise.allSettled(jobs.map((job) => removeFiles(uploads, job)));
  await removeSpools(
    spoolRoot,
    jobs.map(({ jobId }) => jobId),
  );
}
