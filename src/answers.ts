import type { Logger } from 'pino';
import { printSchema } from 'graphql';
import type { Config } from './config.ts';
import { nameDeployment } from './db/migrate.ts';
import { type AnswerCache, createAnswerCache } from './http/cache/cache.ts';
import type { KnownVersions } from './http/cache/label.ts';
import { openSharedAnswers } from './http/cache/shared-answers.ts';
import { sha256 } from './http/operations/sha256.ts';
import { openRedis, readyOrLate } from './platform/redis.ts';
import { schema } from './schema.ts';
import { version } from './version.ts';

/** The response cache of a process. */
export type OpenAnswers = {
  /** Undefined when caching is off. */
  readonly cache: AnswerCache | undefined;
  readonly kind: 'memory' | 'memory and redis' | 'off';
  close(): Promise<void>;
};

type Around = {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly versions: KnownVersions;
  readonly log: Logger;
};

/** Opens the configured response cache. */
export async function openAnswers({ config, databaseUrl, versions, log }: Around): Promise<OpenAnswers> {
  const { cache: kept, redisUrl, refreshAfterMs } = config;
  if (kept === null) return { cache: undefined, kind: 'off', close: async () => {} };
  if (redisUrl === null) {
    return { cache: createAnswerCache({ ...kept, versions }), kind: 'memory', close: async () => {} };
  }
  // Part of the keys: another version or setting may return other responses.
  const maker = sha256(JSON.stringify([version, printSchema(schema), refreshAfterMs])).slice(0, 16);
  const prefix = `${await nameDeployment(databaseUrl)}:answers:${maker}`;
  const redis = openRedis(redisUrl, { name: 'larkstat-answers', log });
  await readyOrLate(redis);
  const shared = openSharedAnswers(redis, { prefix });
  return {
    cache: createAnswerCache({ ...kept, versions, shared }),
    kind: 'memory and redis',
    close: async () => redis.disconnect(),
  };
}
