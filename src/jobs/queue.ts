import type { QueueCounts } from '../shared/queue-counts.ts';
import { createPostgresBackend, type Queue, runMigrations, withBackend } from 'bullmq';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import { isAway } from '../db/away.ts';
import { pgOptions } from '../db/session.ts';
import { Sockets } from '../db/sockets.ts';
import { within } from '../platform/within.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import { exportQueueName, fetchQueueName, type QueuedJob, queueName } from './payloads.ts';
import { type LostJob, listLostJobs, listOpenJobs } from './lost.ts';
import { answered, knownJobs, openProducer, openRedisQueue, type RedisQueue } from './redis-queue.ts';
import type { JobPlace } from './store.ts';

/** BullMQ's classes, over Postgres instead of Redis. */
export const bull = withBackend(createPostgresBackend);

/**
 * A dead worker's job must be taken up within 30 s. It takes a lock that runs out and two looks at it, and holds where
 * workers die every few seconds or the processor has other things to do.
 */
export const lockMs = 10_000;
export const stalledCheckMs = 2_500;

/** How long statements under way may take when their client is closed. */
const closeMs = 2_000;

/** Makes or updates the queue's own tables (schema `bullmq`); any number of processes may call it at once. */
export async function migrateQueue(url: string, signal?: AbortSignal): Promise<void> {
  const sockets = new Sockets();
  const { Client, ...options } = pgOptions('migrating', sockets);
  const client = new Client({ connectionString: url, ...options });
  // A query that is under way then fails, and so does a connection that is being made.
  const giveUp = () => void client.end().catch(() => {});
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    signal?.throwIfAborted();
    await client.connect();
    await runMigrations(client);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await within(closeMs, client.end());
    await sockets.close();
  }
}

export type JobQueue = {
  /**
   * Hands a new job to the workers, and never rejects. Nobody need wait for it: the job's row is what lasts, and workers
   * look every few seconds for rows that the queue lacks. What fails is logged and left to them, and so is what would be
   * too many at once.
   */
  add(jobId: string, place: JobPlace): Promise<void>;
  /** The same for one that the queue may have: it gets a higher priority where it waits, and a new turn where it ended. */
  ensure(jobId: string, place: JobPlace): Promise<void>;
  /**
   * Jobs that are not over although the queue does not have them, has them as ended, or further back than they are to
   * be. Mostly there are none.
   */
  listLost(sql: Sql): Promise<readonly LostJob[]>;
  /** Of all queues together. */
  counts(): Promise<QueueCounts>;
  /** Once what was added has been handed over, or two seconds later; nothing is open then. */
  close(): Promise<void>;
};

/** So many new jobs may be on their way to the queue. */
const maxUnderWay = 1_000;

/** The producers' end of the queues: in the store of that address, unless there is a Redis for them. */
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
  const told = (jobId: string) => (err: unknown) =>
    warnRarely(log, { err, jobId }, 'the job queue did not take a job yet');
  return {
    add: async (jobId, place) => {
      if (underWay.size >= maxUnderWay) return;
      const added = ask(addTo(queueOf(place), jobId, place.priority))
        .catch(told(jobId))
        .finally(() => underWay.delete(added));
      underWay.add(added);
      await added;
    },
    async ensure(jobId, place) {
      const ensured = ask(ensureIn(queueOf(place), jobId, place.priority));
      // The row is what lasts: workers find what a Redis lacks.
      await (producer === null ? ensured : ensured.catch(told(jobId)));
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
      const handedOver = Promise.all(underWay);
      const closed = handedOver.then(async () => {
        if (producer === null) await Promise.all(all.map((queue) => queue.close()));
      });
      await within(closeMs, closed);
      producer?.disconnect();
      await sockets.close();
    },
  };
}

type BullQueue = Queue<QueuedJob> | InstanceType<typeof bull.Queue<QueuedJob>>;

async function ensureIn(queue: BullQueue, jobId: string, priority: number): Promise<void> {
  const known = await queue.getJob(jobId);
  const state = known ? await known.getState() : 'unknown';
  // One that ended keeps its id for a while.
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
  // BullMQ tells those that wait with a priority from those without; all of ours have one.
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
 * On Postgres, BullMQ also takes every connection whose name begins as the queue's for a worker without a name; ours
 * have one.
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
    // A process that takes jobs takes them from each queue.
    workers: Math.max(...all.map((counts) => counts.workers)),
  };
}

/**
 * How BullMQ reaches Postgres: pools of its own, since it waits in LISTEN. The sockets are to be closed after what is
 * opened with it.
 */
export const connection = (url: string, sockets = new Sockets()) => ({
  connectionString: url,
  max: 4,
  ...pgOptions('working', sockets),
});
