import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ingest } from '../ingest/pipeline.ts';
import { findOrCreateAccount } from '../ingest/write/streams.ts';
import { openArchive } from '../providers/x-archive/provider.ts';
import { BadInputError } from '../shared/errors.ts';
import type { ArchiveImport } from './payloads.ts';
import type { JobRun } from './run.ts';
import { tellProgress, tellRejected } from './store.ts';

/** Posts in one transaction: more makes rollups cheaper, fewer keeps memory and the work lost by a crash small. */
const pageSize = 5_000;

/** Imports an archive: first all of it is checked, then its posts are written, oldest first, from the cursor on. */
export async function importArchive(run: JobRun, payload: ArchiveImport): Promise<string> {
  const { db, job, signal, spoolRoot } = run;
  const spoolFolder = join(spoolRoot, job.jobId);
  try {
    const archive = await openArchive(
      { path: payload.path, handle: payload.handle, spoolFolder, pageSize },
      { signal, onProgress: (message) => run.tell(message) },
    );
    await tellProgress(db.sql, job, `Importing ${archive.total} posts`, archive.total);
    await tellRejected(db.sql, job.jobId, archive.rejectedCount, archive.rejected);
    const streamId = await findOrCreateAccount(db.sql, archive.account);
    await ingest(db.sql, {
      streamId,
      platform: 'X',
      provider: 'X_ARCHIVE',
      pages: archive.pages(job.cursor, signal),
      now: run.now,
      onPage: (tx, page, outcome) => run.countPage(tx, streamId, page, outcome),
    });
    if (payload.uploaded) await rm(payload.path, { force: true });
    return archive.rejectedCount === 0 ? 'Done' : `Done; ${describeRejected(archive)}`;
  } catch (error) {
    // Trying again cannot help: nobody but us has the file.
    if (payload.uploaded && error instanceof BadInputError) await rm(payload.path, { force: true });
    throw error;
  } finally {
    await rm(spoolFolder, { recursive: true, force: true });
  }
}

function describeRejected(archive: {
  readonly rejectedCount: number;
  readonly rejected: readonly { readonly where: string; readonly reason: string }[];
}): string {
  const named = archive.rejected.slice(0, 3).map(({ where, reason }) => `${where}: ${reason}`);
  const more = archive.rejectedCount > named.length ? '; …' : '';
  return `${archive.rejectedCount} records could not be read and were kept out (${named.join('; ')}${more})`;
}
