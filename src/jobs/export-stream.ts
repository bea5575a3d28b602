import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Exported, exportPosts } from '../export/export.ts';
import { formatBytes } from '../shared/bytes.ts';
import { diskFull } from '../shared/disk-full.ts';
import { exportFiles } from '../shared/export-format.ts';
import { setFile, reportExported } from './lease.ts';
import type { StreamExport } from './payloads.ts';
import { measureRecentRate } from './recent-rate.ts';
import type { JobRun } from './job-run.ts';
import { clearEarlier, spoolFolderOf } from './spool.ts';

/** The shortest time between two progress reports. */
const reportEveryMs = 500;

/**
 * Writes the posts of a stream to a file, and passes it to the store of uploads.
 * There is no cursor: an export shows the store at one moment. So each attempt starts over, and removes what an earlier
 * one left.
 */
export async function exportStream(run: JobRun, payload: StreamExport): Promise<string> {
  const { job, uploads, spoolRoot, signal } = run;
  const folder = spoolFolderOf(spoolRoot, job);
  await clearEarlier(spoolRoot, job);
  if (payload.file !== undefined) {
    await setFile(run.db.sql, job, null);
    await uploads.remove(payload.file.location);
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The store requires a UUID as the name.
    const path = join(folder, randomUUID());
    const { posts, bytes } = await writeFile(run, payload, path);
    const location = await uploads.keep(path, signal);
    const expiresAt = run.now() + payload.keepMs;
    try {
      await setFile(run.db.sql, job, { location, bytes, name: nameOf(payload, run.now()), expiresAt });
    } catch (error) {
      await uploads.remove(location);
      throw error;
    }
    return `${posts.toLocaleString('en-US')} posts, ${formatBytes(bytes)}`;
  } catch (error) {
    throw diskFull(error, spoolRoot) ?? error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeFile(run: JobRun, payload: StreamExport, path: string): Promise<Exported> {
  const { streamId, format, pseudonymous, from, to } = payload;
  const request = { streamId, format, pseudonymous, range: { from, to } };
  const sink = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  const progress = progressOf(run);
  try {
    const exported = await exportPosts(run.db.sql, request, sink, {
      signal: run.signal,
      onProgress: progress.report,
    });
    await progress.end(exported.posts);
    return exported;
  } finally {
    sink.destroy();
  }
}

/** Reports progress, one report at a time. Errors are ignored: a lost database is noticed elsewhere. */
function progressOf({ db, job, elapsedMs }: JobRun) {
  const recent = measureRecentRate(() => performance.now());
  let reported = { at: Number.NEGATIVE_INFINITY, posts: 0 };
  let reporting: Promise<void> | null = null;
  const report = (posts: number, total: number) => {
    const recentPostsPerSecond = posts === 0 ? 0 : recent.count(posts - reported.posts);
    const postsPerSecond = Math.round(posts / (elapsedMs() / 1_000));
    reported = { at: performance.now(), posts };
    return reportExported(db.sql, job, { posts, total, postsPerSecond, recentPostsPerSecond });
  };
  return {
    report(posts: number, total: number): void {
      if (reporting !== null || performance.now() - reported.at < reportEveryMs) return;
      reporting = report(posts, total)
        .catch(() => {})
        .finally(() => {
          reporting = null;
        });
    },
    async end(posts: number): Promise<void> {
      await reporting;
      await report(posts, posts);
    },
  };
}

/** A name such as `nasa-2026-11-29.csv`. A pseudonymous export must not name its account. */
function nameOf({ title, format, pseudonymous }: StreamExport, now: number): string {
  const plain = title
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  const day = new Date(now).toISOString().slice(0, 10);
  return `${(pseudonymous ? '' : plain) || 'posts'}-${day}.${exportFiles[format].ending}`;
}
