import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import type { Logger } from 'pino';
import { isAway } from '../db/away.ts';
import type { Database } from '../db/client.ts';
import { Sockets } from '../db/sockets.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import { hourMs } from '../shared/instant.ts';
import type { Tracer } from '../shared/tracer.ts';
import type { Retention } from '../streams/retain.ts';
import type { Fetching } from './fetching.ts';
import { startFolding, startFoldingChatters, startFoldingTallies } from './folding.ts';
import type { JobObserver } from './observer.ts';
import { exportQueueName, fetchQueueName, type QueuedJob, queuedJob, queueName } from './payloads.ts';
import { type PerformOptions, performJob, ShutdownError } from './perform.ts';
import { bull, connection, type JobQueue, lockMs, stalledCheckMs } from './queue.ts';
import { startRebuilding } from './rebuilding.ts';
import { openRedisWorker, type RedisQueue } from './redis-queue.ts';
import { startRetaining } from './retaining.ts';
import { sweepSpool } from './spool.ts';
import { removeExpired } from './exports.ts';
import { pruneJobs } from './store.ts';
import { startTakingUp } from './taking-up.ts';
import { sweepUploads } from './uploads/lifetime.ts';
import type { UploadStore } from './uploads/store.ts';
import type { Watchdog } from './watchdog.ts';

const sweepEveryMs = 5_000;
const pruneEveryMs = hourMs;
const keepAll: Retention = { postsMs: null, rawMs: null };
/** How long a stopping worker waits for the Redis queue. */
const redisCloseMs = 2_000;
/** Fetches mostly wait for the network; imports use all of the machine. */
const fetchesAtOnce = 10;

type WorkerOptions = {
  readonly db: Database;
  readonly url: string;
  readonly queue: JobQueue;
  /** The Redis of the queue; by default the queue is in Postgres. */
  readonly redisQueue?: RedisQueue | null;
  readonly spoolRoot: string;
  /** The store of uploads, to sweep it; absent when another process sweeps and they are on this disk. */
  readonly uploads?: UploadStore;
  readonly fetching: Fetching;
  /** How long posts and payloads are stored; by default for ever. What is older is removed once a day. */
  readonly retention?: Retention;
  readonly watchdog?: Watchdog;
  /** Receives what jobs do; by default nothing does. */
  readonly observer?: JobObserver;
  /** Records a span of each run; by default nothing does. */
  readonly tracer?: Tracer;
  readonly log: Logger;
};

type JobWorker = {
  /** Stops jobs at their next page, and leaves them to other workers. */
  close(): Promise<void>;
};

/** Runs jobs of the queues until it is closed: one import at a time, and beside it one export and several fetches. */
export async function startWorker(options: WorkerOptions): Promise<JobWorker> {
  const { url, redisQueue, log } = options;
  const shutdown = new AbortController();
  const sockets = new Sockets();
  const underWay = new Set<Promise<unknown>>();
  const take = (name: string, concurrency: number) => {
    const perform = (queued: Job<QueuedJob>, token?: string) =>
      runQueued(queued, token, { ...options, shutdown: shutdown.signal, underWay });
    const how = {
      // Named, so that the queue can count workers.
      name: `worker-${process.pid}`,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      // A long import continues after each of several crashes.
      maxStalledCount: 100,
    };
    const worker = redisQueue
      ? openRedisWorker(name, redisQueue, perform, how)
      : new bull.Worker<QueuedJob>(name, perform, { ...how, connection: connection(url, sockets) });
    worker.on('error', (err) =>
      warnRarely(log, { err }, isAway(err) ? 'the job worker lost its connection' : 'the job worker failed'),
    );
    return worker;
  };
  // When Redis is unavailable now, the sweep repeats it.
  await requeueLost(options).catch((err) => log.warn({ err }, 'lost jobs could not be looked for'));
  await sweepSpool(options.db.sql, options.spoolRoot, Date.now());
  // Last: a job that started before the caller has the worker could not be stopped.
  const workers = [take(queueName, 1), take(fetchQueueName, fetchesAtOnce), take(exportQueueName, 1)];
  const timers = [
    every(sweepEveryMs, () => sweep(options), log),
    every(pruneEveryMs, () => prune(options), log),
  ];
  const { db, retention = keepAll } = options;
  const background = [
    startRetaining({ db, retention, log }),
    startRebuilding({ db, log }),
    startTakingUp({ db, log }),
    startFolding({ db, log }),
    startFoldingTallies({ db, log }),
    startFoldingChatters({ db, log }),
  ];
  return {
    async close() {
      for (const timer of timers) clearInterval(timer);
      shutdown.abort(new ShutdownError('the worker is shutting down'));
      const closed = Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(background.map((one) => one.close()));
      if (redisQueue) {
        // Do not wait for an unavailable Redis: the outcomes are in the jobs' rows.
        await Promise.all(underWay);
        await Promise.race([closed, sleep(redisCloseMs)]);
      } else await closed;
      await sockets.close();
    },
  };
}

/** Runs a queued job. The outcome is in the job's row; BullMQ never retries by itself. */
async function runQueued(
  queued: Job<QueuedJob>,
  token: string | undefined,
  options: PerformOptions & { readonly underWay: Set<Promise<unknown>> },
): Promise<void> {
  const { underWay, log } = options;
  const { jobId } = queuedJob.parse(queued.data);
  const left = performJob(options, jobId).catch((err: unknown) => {
    log.error({ err, jobId }, 'the outcome of a job could not be stored; the job continues later');
    return 'FAILED' as const;
  });
  underWay.add(left);
  const outcome = await left;
  underWay.delete(left);
  if (outcome === 'DONE') return;
  // A fixed text: BullMQ stores an error's text and stack, which may quote characters that Postgres cannot store.
  if (outcome === 'FAILED') throw new UnrecoverableError('failed: its row says why');
  // Delayed, or BullMQ would give it to this worker again before it has ended here.
  await queued.moveToDelayed(Math.ceil(Math.max(outcome.resumesAt, Date.now() + 10)), token);
  throw new DelayedError();
}

function every(ms: number, work: () => Promise<void>, log: Logger): NodeJS.Timeout {
  let busy = false;
  return setInterval(() => {
    if (busy) return;
    busy = true;
    work()
      .catch((err: unknown) => warnRarely(log, { err }, 'the sweep of jobs failed'))
      .finally(() => {
        busy = false;
      });
  }, ms);
}

async function sweep(options: WorkerOptions): Promise<void> {
  const { db, fetching, spoolRoot } = options;
  await requeueLost(options);
  await sweepSpool(db.sql, spoolRoot, Date.now());
  await fetching.enqueueDue();
}

async function prune({ db, fetching, uploads }: WorkerOptions): Promise<void> {
  await pruneJobs(db.sql, Date.now());
  await fetching.prune();
  // Last, since object storage may be unavailable.
  if (uploads === undefined) return;
  await removeExpired(db.sql, uploads, Date.now());
  await sweepUploads(db.sql, uploads, Date.now());
}

/**
 * Adds open jobs that the queue lacks. A process may die between writing a job's row and adding it, or a job may be
 * retried while its worker still ends it.
 */
async function requeueLost({ db, queue }: Pick<WorkerOptions, 'db' | 'queue'>): Promise<void> {
  for (const { jobId, ...place } of await queue.listLost(db.sql)) await queue.ensure(jobId, place);
}
