import { setInterval } from 'node:timers';
import type { Database } from '../db/client.ts';
import { importArchive } from './import-archive.ts';
import { exportStream } from './export-stream.ts';
import { importFresh } from './import-fresh.ts';
import { importSynthetic } from './import-synthetic.ts';
import type { Fetching } from './fetching.ts';
import type { JobRun } from './job-run.ts';
import { jobPayload } from './payloads.ts';
import type { JobObserver } from './observer.ts';
import { nameTransactions } from './sessions.ts';
import { measureRecentRate } from './recent-rate.ts';
import type { UploadStore } from './uploads/store.ts';
import type { Watchdog } from './watchdog.ts';
import { countPage, isCurrent, JobStoppedError, type RunningJob, reportProgress } from './lease.ts';

type RunOptions = {
  readonly db: Database;
  readonly job: RunningJob;
  readonly spoolRoot: string;
  readonly uploads: UploadStore;
  readonly fetching: Fetching;
  readonly watchdog?: Watchdog | undefined;
  readonly observer: JobObserver;
  /** Aborted when the worker shuts down. */
  readonly shutdown: AbortSignal;
};

const reportEveryMs = 500;
const watchEveryMs = 1_000;

/** Runs a job to its end. Returns its last message. Throws JobStoppedError when it was cancelled meanwhile. */
export async function runJob(options: RunOptions): Promise<string> {
  const { db, job, spoolRoot, uploads, fetching, shutdown } = options;
  const stop = new AbortController();
  const onShutdown = () => stop.abort(shutdown.reason);
  shutdown.addEventListener('abort', onShutdown, { once: true });
  // The shutdown may have come while the job started: then its event is past.
  if (shutdown.aborted) onShutdown();
  const watch = setInterval(() => {
    isCurrent(db.sql, job).then(
      (running) => running || stop.abort(new JobStoppedError('The job was cancelled')),
      // The store is unavailable: the next page fails.
      () => {},
    );
  }, watchEveryMs);
  try {
    const payload = jobPayload.parse(job.payload);
    const run: JobRun = {
      db: nameTransactions(db, job),
      job,
      spoolRoot,
      uploads,
      signal: stop.signal,
      now: Date.now,
      ...progressOf(options),
    };
    if (payload.source === 'archive') return await importArchive(run, payload);
    if (payload.source === 'synthetic') return await importSynthetic(run, payload);
    if (payload.source === 'refresh') return await importFresh(run, payload);
    if (payload.source === 'export') return await exportStream(run, payload);
    if (payload.source === 'collect') throw new Error('A chat is collected without the queue');
    return await fetching.run(run, payload);
  } finally {
    clearInterval(watch);
    shutdown.removeEventListener('abort', onShutdown);
  }
}

/** The rate counts only this run's time: a job that waited for a worker is not slow. */
function progressOf({
  db,
  job,
  watchdog,
  observer,
}: RunOptions): Pick<JobRun, 'report' | 'countWritten' | 'elapsedMs'> {
  const started = performance.now();
  let reportedAt = 0;
  let done = 0;
  const recent = measureRecentRate(() => performance.now());
  return {
    elapsedMs: () => performance.now() - started,
    report(message) {
      watchdog?.note(message);
      recent.restart();
      if (performance.now() - reportedAt < reportEveryMs) return;
      reportedAt = performance.now();
      reportProgress(db.sql, job, message, null).catch(() => {});
    },
    async countWritten(tx, streamId, written, shown = { message: 'Writing posts', event: null }) {
      const { message, event } = shown;
      watchdog?.note(message);
      done += written.posts;
      const seconds = (performance.now() - started) / 1_000;
      await countPage(tx, {
        ...written,
        job,
        streamId,
        message,
        event,
        fetched: written.posts,
        postsPerSecond: Math.round(done / seconds),
        recentPostsPerSecond: recent.count(written.posts),
      });
      observer.wrote(written);
    },
  };
}
