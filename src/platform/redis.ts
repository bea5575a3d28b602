import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** A command that got no answer for so long fails. */
export const commandTimeoutMs = 2_000;
const askEveryMs = 1_000;
const maxPauseMs = 1_000;

type RedisOptions = {
  /** How Redis lists the connection: without spaces. */
  readonly name: string;
  readonly log: Logger;
  /** Whether it connects when `connect()` is called, not at once. */
  readonly lazy?: boolean;
};

/**
 * A connection to Redis that comes back by itself, for ever. While it is away commands fail at once; one that gets no
 * answer fails after two seconds. A server that accepts and never answers is noticed within three. Close it by
 * `disconnect()`.
 */
export function openRedis(url: string, { name, log, lazy = false }: RedisOptions): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    lazyConnect: lazy,
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
    retryStrategy: (times) => Math.min(times * 50, maxPauseMs),
  });
  let asking = false;
  const ask = async () => {
    if (asking || redis.status !== 'ready') return;
    asking = true;
    try {
      await redis.ping();
    } catch {
      // It may have ended the connection itself.
      if (redis.status === 'ready') redis.disconnect(true);
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(ask, askEveryMs);
  timer.unref();
  redis.on('end', () => clearInterval(timer));
  logOutages(redis, name, log);
  return redis;
}

/** Without a listener ioredis would print each error; an outage is told once. */
function logOutages(redis: Redis, name: string, log: Logger): void {
  let away = false;
  let last: unknown;
  redis.on('error', (err) => {
    last = err;
  });
  redis.on('reconnecting', () => {
    if (!away) log.warn({ err: last }, `${name}: Redis is away; going on without it`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.warn(`${name}: Redis is back`);
    away = false;
    last = undefined;
  });
}

/** Resolves when the connection is ready, or closed for good, or after two seconds without it. */
export async function readyOrLate(redis: Redis): Promise<void> {
  if (redis.status === 'ready' || redis.status === 'end') return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      redis.off('ready', done).off('end', done);
      resolve();
    };
    const timer = setTimeout(done, commandTimeoutMs);
    redis.once('ready', done).once('end', done);
  });
}
