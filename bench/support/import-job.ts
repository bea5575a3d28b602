import { setTimeout as sleep } from 'node:timers/promises';
import { openQueue } from '../../src/jobs/queue.ts';
import { createJobService } from '../../src/jobs/service.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { importBuilt } from './build.ts';
import { clusterCpu, cpuOf, findChild, peakRss } from './processes.ts';
import type { BenchStore } from './store.ts';

/** An import from enqueueing to its end. Process figures are null when the system does not provide them. */
export type ImportOutcome = {
  readonly streamId: number;
  readonly posts: number;
  readonly inserted: number;
  readonly updated: number;
  readonly rejected: number;
  /** From the enqueueing to SUCCEEDED. */
  readonly seconds: number;
  /** The part of it until the archive was read to its end and found complete; the rest is writing. */
  readonly openSeconds: number;
  readonly walBytes: number;
  /** Of the job process. */
  readonly peakRss: number | null;
  readonly workerCpuSeconds: number | null;
  readonly postgresCpuSeconds: number | null;
};

/**
 * Imports a file as `larkstat import` does: a queued job, done by a separate job process. That process is the built
 * one, since tsx would add to its memory; it runs before the clock starts.
 */
export async function importByJob(store: BenchStore, path: string): Promise<ImportOutcome> {
  const { startWorkerProcess } =
    await importBuilt<typeof import('../../src/worker-process.ts')>('worker-process');
  const log = createLogger('error', 'bench');
  const queue = openQueue(store.url, log);
  // fork would pass on our own flags (tsx).
  process.execArgv.splice(0);
  const worker = startWorkerProcess(store.environment, store.url, log);
  try {
    await worker.ready;
    const pid = await findChild('worker.js');
    const [walBefore, workerBefore, clusterBefore] = await readCounters(store, pid);
    const jobs = createJobService(store.db, queue);
    const job = await untilOver(store, await jobs.importArchive({ path, handle: null, uploaded: false }));
    const [walAfter, workerAfter, clusterAfter] = await readCounters(store, pid);
    return {
      ...job,
      walBytes: walAfter - walBefore,
      peakRss: await peakRss(pid),
      workerCpuSeconds: difference(workerAfter, workerBefore),
      postgresCpuSeconds: difference(clusterAfter, clusterBefore),
    };
  } finally {
    await worker.close();
    await queue.close();
  }
}

async function readCounters(store: BenchStore, pid: number | null) {
  const [row] = await store.db.sql`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes`;
  const folder = store.config.database.kind === 'embedded' ? store.config.database.folder : '';
  return [Number(row?.bytes), await cpuOf(pid), await clusterCpu(folder)] as const;
}

const difference = (after: number | null, before: number | null) =>
  after === null || before === null ? null : after - before;

type JobRow = {
  readonly state: string;
  readonly attempts: number;
  readonly opened: boolean;
  readonly elapsed: number;
  readonly seconds: number | null;
  readonly streamId: number;
  readonly posts: number;
  readonly inserted: number;
  readonly updated: number;
  readonly rejected: number;
  readonly message: string;
};

/** By the database's clock: from the creation of the job's row to its completion. */
async function untilOver(store: BenchStore, jobId: string) {
  for (let openSeconds = 0; ; await sleep(100)) {
    const [job] = await store.db.sql<JobRow[]>`
      select state, attempts, total is not null as opened, stream_id as "streamId", fetched::float8 as posts,
        inserted::float8 as inserted, updated::float8 as updated, rejected::float8 as rejected,
        coalesce(error_message, message) as message,
        extract(epoch from clock_timestamp() - created_at)::float8 as elapsed,
        extract(epoch from finished_at - created_at)::float8 as seconds
      from jobs where job_id = ${jobId}`;
    if (job === undefined) throw new Error('The job is gone');
    // Another process would continue from the last page, but a figure over two processes would be wrong.
    if (job.attempts > 1) throw new Error(`The job process died after ${job.posts} posts`);
    if (job.opened && openSeconds === 0) openSeconds = job.elapsed;
    if (job.state === 'QUEUED' || job.state === 'RUNNING') continue;
    if (job.state !== 'SUCCEEDED' || job.seconds === null) throw new Error(`${job.state}: ${job.message}`);
    const { streamId, posts, inserted, updated, rejected, seconds } = job;
    return {
      streamId,
      posts,
      inserted,
      updated,
      rejected,
      seconds,
      openSeconds: Math.min(openSeconds, seconds),
    };
  }
}
