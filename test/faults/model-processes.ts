import { createAnswerCache } from '../../src/http/cache/cache.ts';
import type { Database } from '../../src/db/client.ts';
import type { Services } from '../../src/graphql/context.ts';
import { openSharedAnswers } from '../../src/http/cache/shared-answers.ts';
import { openRedis } from '../../src/platform/redis.ts';
import { openRedisCarrier } from '../../src/platform/redis-carrier.ts';
import { openVersions, type Versions } from '../../src/streams/versions.ts';
import { ask, serve } from '../integration/http/support.ts';
import { openApp } from '../support/app.ts';
import { openDetour } from '../support/detour.ts';
import { quiet } from '../support/worker.ts';
import { openAgain } from '../support/store.ts';

/**
 * A server process as far as answers and notifications are concerned: a store, the known versions, and a cache of
 * answers.
 */
export type ModelProcess = {
  readonly db: Database;
  readonly versions: Versions;
  /** The bytes of the answer. */
  ask(query: string): Promise<string>;
  /** Cuts its connection to Redis, and restores it. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
};

type Options = { readonly url: string; readonly redisUrl: string; readonly now: () => number };

/** Opens a process on a store and a Redis. */
export async function openProcess({ url, redisUrl, now }: Options): Promise<ModelProcess> {
  const detour = await openDetour(redisUrl);
  let isCut = false;
  const db = openAgain(url, { poolSize: 2, carrier: openRedisCarrier(detour.url, 'model', quiet) });
  const versions = await openVersions(db);
  const redis = openRedis(detour.url, { name: 'model', log: quiet });
  const shared = openSharedAnswers(redis, { prefix: 'model', now });
  const cache = createAnswerCache({ versions, maxBytes: 10_000_000, ttlMs: 900_000, shared, now });
  // safe: no query of the model asks for more
  const app = openApp(db, { versions } as Partial<Services>);
  const served = await serve(app, { cache });
  return {
    db,
    versions,
    ask: async (query) => (await ask(served, { query })).body,
    cut: async () => {
      if (!isCut) await detour.close();
      isCut = true;
    },
    mend: async () => {
      if (isCut) await detour.open();
      isCut = false;
    },
    async close() {
      served.server.closeAllConnections();
      served.server.close();
      await versions.close();
      redis.disconnect();
      await db.close();
      if (!isCut) await detour.close();
    },
  };
}
