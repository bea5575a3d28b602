import { isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterRes,
} from 'rate-limiter-flexible';
import { Bill, type Budget } from './bill.ts';
import type { Caller } from './caller.ts';

/** Counts the cost of callers in windows of a minute: by key, by share, and by address for callers without either. */
export type Limiter = {
  /**
   * Opens the bill of a request, or of an operation over a socket; null for a caller without a limit. Every request
   * costs at least 1, even when its answer is cached. The bill says whether the caller has used up its minute.
   */
  open(caller: Caller): Promise<Bill | null>;
};

type LimiterOptions = {
  /** The limit of a caller in a minute; 0: no limit. */
  readonly costPerMinute: number;
  /** The Redis in which all processes count together; null: each process counts for itself. */
  readonly redis: unknown;
  readonly log: Logger;
};

const windowSeconds = 60;
/** A request waits so long for Redis; after such a wait, Redis is not asked for `asideMs`. */
const patienceMs = 250;
const asideMs = 2_000;

/** Creates a limiter that counts in Redis when there is one, and in this process while Redis is away. */
export function createLimiter({ costPerMinute, redis, log }: LimiterOptions): Limiter {
  const options = { points: costPerMinute, duration: windowSeconds, keyPrefix: 'larkstat:cost' };
  const own = new RateLimiterMemory(options);
  const shared =
    redis === null
      ? null
      : new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true });
  let asideUntil = 0;

  const add = (limiter: RateLimiterAbstract, subject: string, cost: number): Promise<RateLimiterRes> =>
    cost < 0 ? limiter.reward(subject, -cost) : limiter.penalty(subject, cost);

  const addShared = async (subject: string, cost: number): Promise<RateLimiterRes> => {
    if (shared === null || Date.now() < asideUntil) return add(own, subject, cost);
    const late = new AbortController();
    const patience = sleep(patienceMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`no answer within ${patienceMs} ms`);
    });
    try {
      return await Promise.race([add(shared, subject, cost), patience]);
    } catch (err) {
      asideUntil = Date.now() + asideMs;
      log.debug({ err }, 'costs are counted in this process alone: Redis does not answer');
      return add(own, subject, cost);
    } finally {
      patience.catch(() => {});
      late.abort();
    }
  };

  return {
    async open(caller) {
      if (!caller.limited || costPerMinute === 0) return null;
      const subject = subjectOf(caller);
      const charge = async (cost: number): Promise<Budget> => {
        const { consumedPoints, msBeforeNext } = await addShared(subject, cost);
        const resetAt = new Date(Date.now() + Math.max(0, msBeforeNext));
        return { limit: costPerMinute, remaining: costPerMinute - consumedPoints, resetAt };
      };
      return new Bill(await charge(1), charge);
    },
  };
}

/**
 * Returns whose budget a request uses. All holders of a share have one together. An IPv6 network has so many addresses
 * that the first half of an address stands for all of them.
 */
function subjectOf({ keyName, keyId, share, address }: Caller): string {
  if (share !== null) return `share:${share.shareId}`;
  if (keyName !== null) return `key:${keyId ?? 'API_KEY'}`;
  return `address:${isIPv6(address) ? firstHalf(address) : address}`;
}

/** Returns the first 64 bits of an IPv6 address. */
function firstHalf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...(tail === undefined ? [] : zeros), ...after].slice(0, 4).join(':');
}
