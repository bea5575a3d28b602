import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { isAway } from './db/away.ts';
import { type Database, type DatabaseOptions, openDatabase } from './db/client.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { migrateQueue } from './jobs/queue.ts';
import { DomainError } from './shared/errors.ts';

/** The store, started where it is ours, brought to today's schema, and open. */
export type OpenStore = {
  readonly db: Database;
  readonly url: string;
  readonly kind: 'embedded' | 'external';
  close(): Promise<void>;
};

type StoreOptions = DatabaseOptions & {
  /** Told when the embedded Postgres died and when it is back. */
  readonly log?: Logger | undefined;
};

/** Opens the store that the configuration names. Any number of processes may do so at once. */
export async function openStore(config: Config, { log, ...options }: StoreOptions = {}): Promise<OpenStore> {
  await makeDataFolder(config);
  const embedded =
    config.database.kind === 'embedded' ? await startEmbedded({ folder: config.database.folder, log }) : null;
  const url = config.database.kind === 'external' ? config.database.url : (embedded?.url ?? '');
  try {
    await migrate(url);
    await migrateQueue(url);
    const db = openDatabase(url, options);
    return {
      db,
      url,
      kind: config.database.kind,
      close: async () => {
        try {
          await db.close();
        } finally {
          await embedded?.release();
        }
      },
    };
  } catch (error) {
    await embedded?.release();
    throw embedded === null ? refusal(url, error) : error;
  }
}

/**
 * It holds private posts, so it is for its owner alone; one that is there already is left as it is. Where root starts
 * the embedded Postgres, that runs as an account of its own, which has to get in.
 */
async function makeDataFolder({ dataFolder, database }: Config): Promise<void> {
  const sharesIt = database.kind === 'embedded' && process.getuid?.() === 0;
  await mkdir(dataFolder, { recursive: true, ...(sharesIt ? {} : { mode: 0o700 }) });
}

/** Says which database it was, without the password, and where it is named. */
function refusal(url: string, cause: unknown): Error {
  const place = url.replace(/^.*@|^\w+:\/\//s, '').replace(/\?.*$/s, '');
  const message = `Cannot open the database ${place}: ${reasonOf(cause)}: check DATABASE_URL`;
  return isAway(cause)
    ? new DomainError('STORE_UNAVAILABLE', message, { cause })
    : new Error(message, { cause });
}

function reasonOf(error: unknown): string {
  // Of several addresses that were tried, each has a reason of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  // Drizzle's own message is the whole statement.
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
