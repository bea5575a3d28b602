import { resolve } from 'node:path';
import { z } from 'zod';
import { folder, redisUrl, type Values } from './variables.ts';

/** The database, and Redis for events, cached responses and jobs. */
export const storeVariables = {
  LARKSTAT_DATA: folder.default('.larkstat'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'postgres://user:password@host:port/database')
    .optional(),
  REDIS_URL: redisUrl,
  QUEUE_URL: redisUrl,
};

export type StoreConfig = {
  readonly dataFolder: string;
  /** External: a Postgres at a URL. Embedded: a Postgres of our own in the data folder. */
  readonly database:
    | { readonly kind: 'external'; readonly url: string }
    | { readonly kind: 'embedded'; readonly folder: string };
  /** The Redis for events and cached responses between processes. Null: Postgres delivers the events. */
  readonly redisUrl: string | null;
  /** The Redis of the job queue; null: Postgres has the queue. */
  readonly queueUrl: string | null;
};

export function storeConfig(values: Values<typeof storeVariables>): StoreConfig {
  const dataFolder = resolve(values.LARKSTAT_DATA);
  return {
    dataFolder,
    database: values.DATABASE_URL
      ? { kind: 'external', url: values.DATABASE_URL }
      : { kind: 'embedded', folder: resolve(dataFolder, 'postgres') },
    redisUrl: values.REDIS_URL ?? null,
    queueUrl: values.QUEUE_URL ?? null,
  };
}
