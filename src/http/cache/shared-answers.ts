import { setTimeout as sleep } from 'node:timers/promises';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { parseJson } from '../../shared/json.ts';
import { Answer } from './answer.ts';
import type { SharedAnswers } from './cache.ts';

/** Larger answers stay in the process that made them. */
const maxBytes = 2_000_000;
/** How long a request waits for Redis: about as long as it takes to compute its answer. */
const patienceMs = 200;
/** How long Redis is left alone after it was late, or an error came. */
const pauseMs = 1_000;
/** Answers that are on their way to Redis at the same time, at most. */
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
 * Answers that the processes of a deployment share by Redis. `prefix` names the deployment and the program's version:
 * others' answers are not found. Whatever is wrong with Redis, requests go on without it.
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
    // What somebody else put there is no answer, and no error either.
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

/** The answer of a value from Redis; null for whatever else it may be. */
function toAnswer(value: unknown, now: number): Answer | null {
  const parsed = stored.safeParse(value);
  if (!parsed.success) return null;
  const { body, type, streams, registry, all, madeAt, keepMs } = parsed.data;
  const parts = {
    status: 200,
    type,
    headers: [],
    label: { streams, registry, all },
    // The clock of another machine may be ahead; Redis itself lets go of it in time.
    madeAt: Math.min(madeAt, now),
    keepMs,
  };
  return new Answer(parts, body);
}
