import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import pg from 'pg';
import type { Logger } from 'pino';
import { type QueuedJob, queueName } from './payloads.ts';

/** BullMQ's classes, over Postgres instead of Redis. */
export const bull = withBackend(createPostgresBackend);

/** Two of these fit into the 30 s within which a dead worker's job must be taken up. */
export const lockMs = 15_000;
export const stalledCheckMs = 5_000;

/** Makes or updates the queue's own tables (schema `bullmq`); any number of processes may call it at once. */
export async function migrateQueue(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

export type JobQueue = {
  /** Hands a job to the workers; one that is waiting or under way stays as it is. */
  add(jobId: string): Promise<void>;
  counts(): Promise<QueueCounts>;
  close(): Promise<void>;
};

export type QueueCounts = {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly completed: number;
  readonly workers: number;
};

/** The producers' end of the queue. */
export function openQueue(url: string, log: Logger): JobQueue {
  const queue = new bull.Queue<QueuedJob>(queueName, { connection: connection(url) });
  queue.on('error', (err) => log.warn({ err }, 'the job queue lost its connection'));
  return {
    async add(jobId) {
      // One that ended keeps its id for a while; one that has not is the same job already.
      const known = await queue.getJob(jobId);
      if (known && ((await known.isCompleted()) || (await known.isFailed()))) await known.remove();
      await queue.add(
        'job',
        { jobId },
        {
          jobId,
          attempts: 5,
          backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
          removeOnComplete: { count: 1_000 },
          removeOnFail: { count: 1_000 },
        },
      );
    },
    async counts() {
      const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed');
      const count = (name: string) => counts[name] ?? 0;
      return {
        waiting: count('waiting'),
        active: count('active'),
        delayed: count('delayed'),
        failed: count('failed'),
        completed: count('completed'),
        workers: await queue.getWorkersCount(),
      };
    },
    close: () => queue.close(),
  };
}

/** How BullMQ reaches Postgres: pools of its own, since it waits in LISTEN. */
export const connection = (url: string) => ({ connectionString: url, max: 4 });
