import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** A command that got no answer for so long fails. */
export const commandTimeoutMs = 2_000;
const askEveryMs = 1_000;
const maxPauseMs = 1_000;

/**
 * A connection to Redis that comes back by itself, for ever. While it is away commands fail at once; one that gets no
 * answer fails after two seconds. A server that accepts and never answers is noticed within three. Close it by
 * `disconnect()`.
 */
export function openRedis(
  url: string,
  { name, log, connect = true }: { readonly name: string; readonly log: Logger; readonly connect?: boolean },
): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    lazyConnect: !connect,
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
  redis.on('error', (err) => {
    if (!away) log.warn({ err }, `${name}: Redis is away; going on without it`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.warn(`${name}: Redis is back`);
    away = false;
  });
}

/** Resolves when the connection is ready, or after two seconds without it. */
export async function readyOrLate(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      redis.off('ready', done);
      resolve();
    };
    const timer = setTimeout(done, commandTimeoutMs);
    redis.once('ready', done);
  });
}
