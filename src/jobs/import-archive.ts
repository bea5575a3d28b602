import { rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type Archive, openArchive } from '../providers/x-archive/provider.ts';
import { openLog } from '../providers/twitch-log/provider.ts';
import { diskFull } from '../shared/disk-full.ts';
import { BadInputError } from '../shared/errors.ts';
import { parseXHandle } from '../shared/handle.ts';
import { formatBytes } from '../shared/bytes.ts';
import { reserveAccount } from '../streams/create.ts';
import { ingest } from '../streams/ingest.ts';
import { importLog } from './import-log.ts';
import type { ArchiveImport } from './payloads.ts';
import type { JobRun } from './job-run.ts';
import { isObject } from './uploads/location.ts';
import { clearEarlier, spoolFolderOf } from './spool.ts';
import { setAccount, reportProgress, setRejected } from './lease.ts';
import { settleGone } from './settle-gone.ts';

/**
 * Posts per transaction. More make rollups cheaper; fewer lose less work in a crash, and lock the stream for a shorter
 * time.
 */
const pageSize = 20_000;

/** Imports an archive or a chat log: first checks all of it, then writes its posts, oldest first, from the cursor. */
export async function importArchive(run: JobRun, payload: ArchiveImport): Promise<string> {
  await clearEarlier(run.spoolRoot, run.job);
  const spoolFolder = spoolFolderOf(run.spoolRoot, run.job);
  try {
    const path = await findFile(run, payload, spoolFolder);
    const log = await openLog(
      { path, name: payload.name ?? path, handle: payload.handle, pageSize, now: run.now() },
      {
        signal: run.signal,
        onProgress: (message, pieces) => run.report(`${message}: ${pieces.toLocaleString('en-US')} lines`),
      },
    );
    if (log !== null) return await importLog(run, log);
    const handle = payload.handle === null ? null : parseXHandle(payload.handle);
    const archive = await openArchive(
      { path, name: payload.name, handle, spoolFolder, pageSize },
      {
        signal: run.signal,
        onProgress: (message, read, total) => run.report(describeRead(message, read, total)),
        onAccount: (account) => setAccount(run.db.sql, run.job, account),
      },
    );
    const streamId = await write(run, archive);
    const gone = await settleGone(run, {
      streamId,
      covered: archive.covered,
      remove: payload.removeGone === true,
    });
    const rejected = archive.rejectedCount === 0 ? [] : [describeRejected(archive)];
    return ['Done', ...rejected, ...gone].join('; ');
  } catch (error) {
    throw diskFull(error, run.spoolRoot) ?? error;
  } finally {
    await rm(spoolFolder, { recursive: true, force: true });
  }
}

/** Returns the archive's path on this disk. The error about a missing file depends on how the file was given. */
async function findFile(run: JobRun, payload: ArchiveImport, spoolFolder: string): Promise<string> {
  const { path, host, uploaded } = payload;
  const name = payload.name ?? (uploaded ? 'The upload' : path);
  const found = uploaded
    ? await run.uploads.open(path, {
        folder: spoolFolder,
        name,
        signal: run.signal,
        onProgress: (bytes, total) =>
          run.report(`Fetching the upload: ${formatBytes(bytes)} of ${formatBytes(total)}`),
      })
    : await stat(path).then(
        () => path,
        () => null,
      );
  if (found !== null) return found;
  if (host !== undefined && host !== hostname() && !isObject(path)) {
    throw new BadInputError(
      `${name} is not on ${hostname()}, where this worker runs; it was given on ${host}. ` +
        'Run the worker where the file is, or import it where the worker is.',
    );
  }
  if (uploaded) throw new BadInputError(`${name} does not exist any more: upload it again.`);
  return path;
}

/** Writes the posts, and returns their stream. */
async function write(run: JobRun, archive: Archive): Promise<number> {
  const { db, job } = run;
  await reportProgress(
    db.sql,
    job,
    `Importing ${archive.total.toLocaleString('en-US')} posts`,
    archive.total,
  );
  await setRejected(db.sql, job.jobId, archive.rejectedCount, archive.rejected);
  const { streamId, make } = await reserveAccount(db.sql, archive.account);
  await ingest(db.sql, {
    streamId,
    make,
    platform: 'X',
    provider: 'X_ARCHIVE',
    pages: archive.pages(job.cursor, run.signal),
    read: (tweet, account) => {
      run.signal.throwIfAborted();
      return archive.read(tweet, account ?? archive.account);
    },
    now: run.now,
    onWritten: async (tx, written) => {
      // Pages do not wait for the disk: after a power cut the cursor is as old as the pages, and lost ones are read
      // again.
      await tx`set local synchronous_commit = off`;
      await run.countWritten(tx, streamId, written);
    },
  });
  return streamId;
}

function describeRead(message: string, read: number, total: number | null): string {
  return total === null ? message : `Reading the archive: ${formatBytes(read)} of ${formatBytes(total)}`;
}

function describeRejected(archive: {
  readonly rejectedCount: number;
  readonly rejected: readonly { readonly where: string; readonly reason: string }[];
}): string {
  const count = archive.rejectedCount;
  const named = archive.rejected.slice(0, 3).map(({ where, reason }) => `${where}: ${reason}`);
  const more = count > named.length ? '; …' : '';
  const couldNot = count === 1 ? 'record could not be read and was' : 'records could not be read and were';
  return `${count} ${couldNot} left out (${named.join('; ')}${more})`;
}
