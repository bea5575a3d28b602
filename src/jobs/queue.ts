import type { QueueCounts } from '../shared/queue-counts.ts';
import { createPostgresBackend, type Queue, runMigrations, withBackend } from 'bullmq';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import { isAway } from '../db/away.ts';
import { pgOptions } from '../db/session.ts';
import { Sockets } from '../db/sockets.ts';
import { waitAtMost } from '../platform/wait-at-most.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import { exportQueueName, fetchQueueName, type QueuedJob, queueName } from './payloads.ts';
import { type LostJob, listLostJobs, listOpenJobs } from './lost.ts';
import { answered, knownJobs, openProducer, openRedisQueue, type RedisQueue } from './redis-queue.ts';
import type { JobPlace } from './store.ts';

/** BullMQ's classes, over Postgres instead of Redis. */
export const bull = withBackend(createPostgresBackend);

/**
 * A dead worker's job has to continue within 30 s. That takes the end of its lock and two checks, and holds also when
 * workers die often or the processor is busy.
 */
export const lockMs = 10_000;
export const stalledCheckMs = 2_500;

/** How long running statements may take when their client closes. */
const closeMs = 2_000;

/** Creates or migrates the queue's own tables (schema `bullmq`). Any number of processes may call it at once. */
export async function migrateQueue(url: string, signal?: AbortSignal): Promise<void> {
  const sockets = new Sockets();
  const { Client, ...options } = pgOptions('migrating', sockets);
  const client = new Client({ connectionString: url, ...options });
  // Running queries then fail, and so does a connection attempt.
  const giveUp = () => void client.end().catch(() => {});
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    signal?.throwIfAborted();
    await client.connect();
    await runMigrations(client);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await waitAtMost(closeMs, client.end());
    await sockets.close();
  }
}

export type JobQueue = {
  /**
   * Adds a new job; never rejects. Callers need not await it: the job's row is what lasts, and every few seconds
   * workers look for rows that the queue lacks. Failures are logged and left to that, and so are additions beyond the
   * limit.
   */
  add(jobId: string, place: JobPlace): Promise<void>;
  /** Adds a job that the queue may have: a waiting one gets a higher priority, an ended one is added again. */
  ensure(jobId: string, place: JobPlace): Promise<void>;
  /** Lists open jobs that the queue lacks, has as ended, or has with too low a priority. Mostly there are none. */
  listLost(sql: Sql): Promise<readonly LostJob[]>;
  /** The sums over all queues. */
  counts(): Promise<QueueCounts>;
  /** Resolves when all additions are done, or after two seconds; all connections are closed then. */
  close(): Promise<void>;
};

/** The most additions that may run at once. */
const maxUnderWay = 1_000;

/** Opens the queues to add jobs: in the Postgres of that URL, or in Redis when one is given. */
export function openQueue(url: string, log: Logger, redis: RedisQueue | null = null): JobQueue {
  const producer = redis === null ? null : openProducer(redis, log);
  const sockets = new Sockets();
  const open = (name: string): BullQueue => {
    const queue =
      redis === null || producer === null
        ? new bull.Queue<QueuedJob>(name, { connection: connection(url, sockets) })
        : openRedisQueue(name, redis, producer);
    queue.on('error', (err) =>
      warnRarely(log, { err }, isAway(err) ? 'the job queue lost its connection' : 'the job queue failed'),
    );
    return queue;
  };
  const ask = producer === null ? <T>(asked: Promise<T>) => asked : answered;
  const [imports, fetches, exports] = [open(queueName), open(fetchQueueName), open(exportQueueName)];
  const all = [imports, fetches, exports];
  const queueOf = ({ kind }: Pick<JobPlace, 'kind'>) =>
    kind === 'FETCH' ? fetches : kind === 'EXPORT' ? exports : imports;
  const underWay = new Set<Promise<void>>();
  const warn = (jobId: string) => (err: unknown) =>
    warnRarely(log, { err, jobId }, 'the job queue did not take a job yet');
  return {
    add: async (jobId, place) => {
      if (underWay.size >= maxUnderWay) return;
      const added = ask(addTo(queueOf(place), jobId, place.priority))
        .catch(warn(jobId))
        .finally(() => underWay.delete(added));
      underWay.add(added);
      await added;
    },
    async ensure(jobId, place) {
      const ensured = ask(ensureIn(queueOf(place), jobId, place.priority));
      // A failure of Redis is only logged: workers find what it lacks.
      await (producer === null ? ensured : ensured.catch(warn(jobId)));
    },
    async listLost(sql) {
      if (producer === null) return listLostJobs(sql);
      const open = await listOpenJobs(sql);
      const lost = async (queue: BullQueue) => {
        const jobs = open.filter((job) => queueOf(job) === queue);
        const known = await knownJobs(
          producer,
          queue,
          jobs.map(({ jobId }) => jobId),
        );
        return jobs.filter((job, at) => (known[at]?.priority ?? Number.POSITIVE_INFINITY) > job.priority);
      };
      return (await Promise.all(all.map(lost))).flat();
    },
    counts: () => ask(Promise.all(all.map(countsOf)).then(addCounts)),
    close: async () => {
      const added = Promise.all(underWay);
      const closed = added.then(async () => {
        if (producer === null) await Promise.all(all.map((queue) => queue.close()));
      });
      await waitAtMost(closeMs, closed);
      producer?.disconnect();
      await sockets.close();
    },
  };
}

type BullQueue = Queue<QueuedJob> | InstanceType<typeof bull.Queue<QueuedJob>>;

async function ensureIn(queue: BullQueue, jobId: string, priority: number): Promise<void> {
  const known = await queue.getJob(jobId);
  const state = known ? await known.getState() : 'unknown';
  // An ended job keeps its id for a while.
  if (state === 'completed' || state === 'failed') await known?.remove();
  else if (known && state !== 'unknown') {
    if (known.priority > priority) await known.changePriority({ priority });
    return;
  }
  await addTo(queue, jobId, priority);
}

async function addTo(queue: BullQueue, jobId: string, priority: number): Promise<void> {
  await queue.add(
    'job',
    { jobId },
    {
      jobId,
      priority,
      removeOnComplete: { count: 1_000 },
      removeOnFail: { count: 1_000 },
    },
  );
}

async function countsOf(queue: BullQueue): Promise<QueueCounts> {
  // BullMQ counts jobs with and without a priority apart; all of ours have one.
  const states = ['waiting', 'prioritized', 'active', 'delayed', 'failed', 'completed'] as const;
  const counts = await queue.getJobCounts(...states);
  const count = (name: (typeof states)[number]) => counts[name] ?? 0;
  return {
    waiting: count('waiting') + count('prioritized'),
    active: count('active'),
    delayed: count('delayed'),
    failed: count('failed'),
    completed: count('completed'),
    workers: await countWorkers(queue),
  };
}

/**
 * On Postgres, BullMQ also counts connections whose name begins with the queue's name as unnamed workers; our workers
 * have names.
 */
async function countWorkers(queue: BullQueue): Promise<number> {
  const workers = await queue.getWorkers();
  return workers.filter(({ rawname }) => rawname?.includes(':w:') && !rawname.startsWith(`${queue.name}-`))
    .length;
}

function addCounts(all: readonly QueueCounts[]): QueueCounts {
  const sum = (name: keyof QueueCounts) => all.reduce((total, counts) => total + counts[name], 0);
  return {
    waiting: sum('waiting'),
    active: sum('active'),
    delayed: sum('delayed'),
    failed: sum('failed'),
    completed: sum('completed'),
    // Each worker process takes jobs from all queues.
    workers: Math.max(...all.map((counts) => counts.workers)),
  };
}

/**
 * How BullMQ connects to Postgres: with its own pools, since it waits in LISTEN. Close what was opened with it before
 * the sockets.
 */
export const connection = (url: string, sockets = new Sockets()) => ({
  connectionString: url,
  max: 4,
  ...pgOptions('working', sockets),
});
