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
import { noteAccount, tellProgress, tellRejected } from './lease.ts';
import { settleGone } from './settle-gone.ts';

/**
 * Posts a transaction: more makes rollups cheaper, fewer keeps the work lost by a crash small, and the wait of whoever
 * wants the stream.
 */
const pageSize = 20_000;

/** Imports an archive, or the log of a chat: first all of it is checked, then its posts are written, oldest first, from the cursor on. */
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
        onAccount: (account) => noteAccount(run.db.sql, run.job, account),
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

/** Where the archive is on this disk. What is told of a file that is gone depends on where it was given. */
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
  if (uploaded) throw new BadInputError(`${name} is not here any more: upload it again.`);
  return path;
}

/** Returns the stream. */
async function write(run: JobRun, archive: Archive): Promise<number> {
  const { db, job } = run;
  await tellProgress(db.sql, job, `Importing ${archive.total.toLocaleString('en-US')} posts`, archive.total);
  await tellRejected(db.sql, job.jobId, archive.rejectedCount, archive.rejected);
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
      // Pages do not wait for the disk: one that a power cut takes is read again, since its cursor goes with it.
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
  const keptOut = count === 1 ? 'record could not be read and was' : 'records could not be read and were';
  return `${count} ${keptOut} kept out (${named.join('; ')}${more})`;
}
