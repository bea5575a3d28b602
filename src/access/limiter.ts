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

/** Counts what callers cost, in windows of a minute: by key, by share, and by address for callers without one. */
export type Limiter = {
  /**
   * Begins the bill of a request, or of an operation over a socket; null for a caller without a limit. Every request
   * costs 1 at least, also one whose answer is kept. The bill says whether the caller has used its minute up.
   */
  open(caller: Caller): Promise<Bill | null>;
};

type LimiterOptions = {
  /** What a caller may cost in a minute; 0: no limit. */
  readonly costPerMinute: number;
  /** Where all processes count together; null: each counts for itself. */
  readonly redis: unknown;
  readonly log: Logger;
};

const windowSeconds = 60;
/** A request waits no longer for Redis; and for so long after such a wait it is not asked. */
const patienceMs = 250;
const asideMs = 2_000;

/** Counts in Redis where there is one, and in this process while it is away. */
export function createLimiter({ costPerMinute, redis, log }: LimiterOptions): Limiter {
  const options = { points: costPerMinute, duration: windowSeconds, keyPrefix: 'larkstat:cost' };
  const own = new RateLimiterMemory(options);
  const together =
    redis === null
      ? null
      : new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true });
  let asideUntil = 0;

  const add = (limiter: RateLimiterAbstract, subject: string, cost: number): Promise<RateLimiterRes> =>
    cost < 0 ? limiter.reward(subject, -cost) : limiter.penalty(subject, cost);

  const addTogether = async (subject: string, cost: number): Promise<RateLimiterRes> => {
    if (together === null || Date.now() < asideUntil) return add(own, subject, cost);
    const late = new AbortController();
    const patience = sleep(patienceMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`no answer within ${patienceMs} ms`);
    });
    try {
      return await Promise.race([add(together, subject, cost), patience]);
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
        const { consumedPoints, msBeforeNext } = await addTogether(subject, cost);
        const resetAt = new Date(Date.now() + Math.max(0, msBeforeNext));
        return { limit: costPerMinute, remaining: costPerMinute - consumedPoints, resetAt };
      };
      return new Bill(await charge(1), charge);
    },
  };
}

/** Whose minute it is. All who hold a share have one together. A network of IPv6 has so many addresses that its first half stands for all. */
function subjectOf({ keyName, keyId, share, address }: Caller): string {
  if (share !== null) return `share:${share.shareId}`;
  if (keyName !== null) return `key:${keyId ?? 'API_KEY'}`;
  return `address:${isIPv6(address) ? firstHalf(address) : address}`;
}

/** The first 64 bits of an IPv6 address. */
function firstHalf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...(tail === undefined ? [] : zeros), ...after].slice(0, 4).join(':');
}
