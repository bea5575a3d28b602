import { Queue, Worker, type Processor } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { openRedis } from '../platform/redis.ts';
import { DomainError } from '../shared/errors.ts';
import type { QueuedJob } from './payloads.ts';

/** A Redis that has the queue instead of Postgres. It may lose everything: the jobs' rows are what lasts. */
export type RedisQueue = {
  readonly url: string;
  /** The prefix of each key: several deployments may share a Redis. */
  readonly prefix: string;
};

/** How long a producer waits for a reply. */
const answerMs = 2_000;
const retryAfterMs = 5_000;

/** Opens the producers' connection. It fails at once while Redis is unavailable. */
export const openProducer = ({ url }: RedisQueue, log: Logger): Redis =>
  openRedis(url, { name: 'larkstat-queue', log });

/** Opens a queue over that connection. */
export function openRedisQueue(name: string, { prefix }: RedisQueue, connection: Redis): Queue<QueuedJob> {
  // The version check is a command, and a queue whose first command fails stays unusable.
  return new Queue<QueuedJob>(name, { connection, prefix, skipVersionCheck: true });
}

type WorkerOptions = ConstructorParameters<typeof Worker<QueuedJob>>[2];

/** Takes jobs from a queue in Redis; waits while Redis is unavailable. */
export function openRedisWorker(
  name: string,
  { url, prefix }: RedisQueue,
  perform: Processor<QueuedJob>,
  options: Omit<NonNullable<WorkerOptions>, 'connection'>,
): Worker<QueuedJob> {
  const connection = {
    url,
    maxRetriesPerRequest: null,
    keepAlive: 10_000,
    retryStrategy: (times: number) => Math.min(times * 100, 1_000),
  };
  return new Worker<QueuedJob>(name, perform, { ...options, connection, prefix });
}

/** Awaits a reply. Throws STORE_UNAVAILABLE when Redis does not reply in time. */
export async function answered<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${answerMs / 1_000} s`)), answerMs);
  });
  try {
    return await Promise.race([asked, late]);
  } catch (cause) {
    const retryAt = new Date(Date.now() + retryAfterMs);
    throw new DomainError('STORE_UNAVAILABLE', 'The job queue (Redis) is unavailable', { cause, retryAt });
  } finally {
    clearTimeout(timer);
  }
}

/** A job in the queue; null when it is neither waiting nor running there. */
export type Known = { readonly priority: number } | null;

/** Looks up jobs in a queue in Redis, in one round trip. */
export async function knownJobs(
  redis: Redis,
  queue: Pick<Queue<QueuedJob>, 'toKey'>,
  jobIds: readonly string[],
): Promise<readonly Known[]> {
  const asked = redis.pipeline();
  for (const jobId of jobIds) asked.hmget(queue.toKey(jobId), 'priority', 'finishedOn', 'timestamp');
  const rows = await answered(asked.exec());
  return (rows ?? []).map(([error, fields]) => {
    if (error) throw error;
    const [priority, finishedOn, timestamp] = fields as readonly (string | null)[]; // safe: HMGET gives these
    return timestamp === null || finishedOn !== null ? null : { priority: Number(priority ?? 0) };
  });
}
