import { setTimeout as sleep } from 'node:timers/promises';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { parseJson } from '../../shared/json.ts';
import { Answer } from './answer.ts';
import type { SharedAnswers } from './cache.ts';

/** The largest shared answer. Larger ones stay in the process that computed them. */
const maxBytes = 2_000_000;
/** How long a request waits for Redis: about as long as it takes to compute its answer. */
const patienceMs = 200;
/** How long Redis is not used after it was late or failed. */
const pauseMs = 1_000;
/** The most answers that are being sent to Redis at the same time. */
const maxSending = 50;

const count = z.number().int().nonnegative();
const stored = z.object({
  body: z.string().max(maxBytes),
  type: z.string().max(200),
  streams: z.array(z.tuple([count, count])).max(100_000),
  registry: count.nullable(),
  all: count.nullable(),
  madeAt: count,
  keepMs: z.number().positive(),
});

/**
 * Answers that the processes of a deployment share through Redis. `prefix` names the deployment and the version of
 * the program, so that answers of others are not found. When Redis fails, requests go on without it.
 */
export function openSharedAnswers(
  redis: Redis,
  { prefix, now = Date.now }: { readonly prefix: string; readonly now?: () => number },
): SharedAnswers {
  const bento = new BentoCache({
    default: 'answers',
    prefix,
    suppressL2Errors: true,
    l2CircuitBreakerDuration: pauseMs,
    // Another value at this key is not an answer, but not an error either.
    serializer: { serialize: JSON.stringify, deserialize: (text) => parseJson(text) ?? { value: undefined } },
    stores: { answers: bentostore().useL2Layer(redisDriver({ connection: redis })) },
  });
  let leftAloneUntil = 0;
  let sending = 0;

  return {
    async get(key) {
      if (now() < leftAloneUntil) return null;
      const late = new AbortController();
      const patience = sleep(patienceMs, 'late', { signal: late.signal, ref: false }).catch(() => 'left');
      const found = await Promise.race([bento.get({ key }).catch(() => null), patience]);
      late.abort();
      if (found === 'late') leftAloneUntil = now() + pauseMs;
      return toAnswer(found, now());
    },
    async set(key, { body, parts: { type, label, madeAt, keepMs } }) {
      if (label === null || body.length > maxBytes || sending >= maxSending || now() < leftAloneUntil) return;
      const { streams, registry, all } = label;
      const value = { body: body.toString(), type, streams, registry, all, madeAt, keepMs };
      const ttl = Math.ceil(madeAt + keepMs - now());
      if (ttl <= 0) return;
      sending += 1;
      await bento.set({ key, value, ttl }).catch(() => {});
      sending -= 1;
    },
  };
}

/** Parses a value from Redis; null for anything but an answer. */
function toAnswer(value: unknown, now: number): Answer | null {
  const parsed = stored.safeParse(value);
  if (!parsed.success) return null;
  const { body, type, streams, registry, all, madeAt, keepMs } = parsed.data;
  const parts = {
    status: 200,
    type,
    headers: [],
    label: { streams, registry, all },
    // The clock of another machine may be ahead; Redis expires the value in time.
    madeAt: Math.min(madeAt, now),
    keepMs,
  };
  return new Answer(parts, body);
}
