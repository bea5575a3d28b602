import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** A command without an answer fails after this time. */
export const commandTimeoutMs = 2_000;
const pingEveryMs = 1_000;
const maxPauseMs = 1_000;

type RedisOptions = {
  /** The connection's name in Redis' client list, without spaces. */
  readonly name: string;
  readonly log: Logger;
  /** Connects on `connect()` instead of at once. */
  readonly lazy?: boolean;
};

/**
 * Opens a connection to Redis that reconnects for ever. While Redis is away, commands fail at once; a command without
 * an answer fails after two seconds. A server that accepts but never answers is detected within three seconds. Close it
 * with `disconnect()`.
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
  let pinging = false;
  const ping = async () => {
    if (pinging || redis.status !== 'ready') return;
    pinging = true;
    try {
      await redis.ping();
    } catch {
      // The connection may have ended meanwhile.
      if (redis.status === 'ready') redis.disconnect(true);
    } finally {
      pinging = false;
    }
  };
  const timer = setInterval(ping, pingEveryMs);
  timer.unref();
  redis.on('end', () => clearInterval(timer));
  logOutages(redis, name, log);
  return redis;
}

/** Logs each outage once. Without a listener, ioredis would print each error. */
function logOutages(redis: Redis, name: string, log: Logger): void {
  let away = false;
  let last: unknown;
  redis.on('error', (err) => {
    last = err;
  });
  redis.on('reconnecting', () => {
    if (!away) log.warn({ err: last }, `${name}: Redis is away; continuing without it`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.warn(`${name}: Redis is back`);
    away = false;
    last = undefined;
  });
}

/** Resolves when the connection is ready or closed for good, or after two seconds. */
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
