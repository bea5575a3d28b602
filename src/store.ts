import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';
import { isAway } from './db/away.ts';
import { type Database, type DatabaseOptions, openDatabase } from './db/client.ts';
import { startEmbedded } from './db/embedded.ts';
import { inDataFolder, makeDataFolder, requireStore } from './data-folder.ts';
import { hasStore, migrate, nameDeployment } from './db/migrate.ts';
import { openNotify } from './db/notify.ts';
import { missingOf, type Placement } from './db/placement.ts';
import { migrateQueue } from './jobs/queue.ts';
import type { RedisQueue } from './jobs/redis-queue.ts';
import type { Carrier } from './platform/carrier.ts';
import { openRedisCarrier } from './platform/redis-carrier.ts';
import { DomainError, NotFoundError } from './shared/errors.ts';

/** The open store: started when it is embedded, and migrated to this version's schema. */
export type OpenStore = {
  readonly db: Database;
  readonly url: string;
  readonly kind: 'embedded' | 'external';
  /** The placement of its tables when it was opened. */
  readonly placement: Placement;
  /** The Redis of the job queue; null: Postgres has the queue. */
  readonly redisQueue: RedisQueue | null;
  close(): Promise<void>;
};

type StoreOptions = DatabaseOptions & {
  /** When it is aborted during the opening, everything is closed and the opening rejects. */
  readonly signal?: AbortSignal;
  /** Whether the store must exist; otherwise a missing one is created. */
  readonly existing?: boolean;
  /** Logs when the embedded Postgres died and when it is back. */
  readonly log?: Logger | undefined;
};

/** Opens the configured store. Any number of processes may do so at once. */
export async function openStore(
  config: Config,
  { log, signal, existing = false, ...options }: StoreOptions = {},
): Promise<OpenStore> {
  const { database } = config;
  await (existing ? requireStore(config) : makeDataFolder(config));
  const embedded =
    database.kind === 'embedded'
      ? await inDataFolder(config, () => startEmbedded({ folder: database.folder, log, signal }))
      : null;
  const url = database.kind === 'external' ? database.url : (embedded?.url ?? '');
  try {
    if (existing && embedded === null) await requireTables(url, signal);
    const placement = await migrate(url, signal);
    warnWhenPartlyDistributed(placement, log);
    await migrateQueue(url, signal);
    const { queueUrl } = config;
    const redisQueue =
      queueUrl === null ? null : { url: queueUrl, prefix: await nameDeployment(url, signal) };
    const carrier = await openCarrier(config, url, log);
    const twoPhases = placement.distributed.length > 0;
    const db = openDatabase(url, { ...options, log, carrier, twoPhases });
    return {
      db,
      url,
      kind: database.kind,
      placement,
      redisQueue,
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
    signal?.throwIfAborted();
    throw embedded === null && !(error instanceof DomainError) ? refusal(url, error) : error;
  }
}

/** Logs that `larkstat distribute` was interrupted. */
function warnWhenPartlyDistributed(placement: Placement, log: Logger | undefined): void {
  const missing = missingOf(placement).length;
  if (placement.distributed.length === 0 || missing === 0) return;
  log?.warn(
    { missing },
    'the store is distributed in part: stop all processes and run `larkstat distribute` again',
  );
}

/** Opens what sends changes between processes: Redis when it is configured, else Postgres. */
async function openCarrier(
  { redisUrl }: Config,
  url: string,
  log: Logger = pino({ level: 'silent' }),
): Promise<Carrier> {
  if (redisUrl === null) return openNotify(url, log);
  return openRedisCarrier(redisUrl, await nameDeployment(url), log);
}

/** NOT_FOUND when an external database has none of the store's tables. */
async function requireTables(url: string, signal: AbortSignal | undefined): Promise<void> {
  if (await hasStore(url, signal)) return;
  throw new NotFoundError(
    `There is no store in the database ${placeOf(url)} (DATABASE_URL) yet: \`larkstat serve\` or \`larkstat import\` makes one`,
  );
}

/** The error with the database's place and its variable. */
function refusal(url: string, cause: unknown): Error {
  const message = `Cannot open the database ${placeOf(url)}: ${reasonOf(cause)}: check DATABASE_URL`;
  return isAway(cause)
    ? new DomainError('STORE_UNAVAILABLE', message, { cause })
    : new Error(message, { cause });
}

/** The host and name of a database, without the password. */
const placeOf = (url: string): string => url.replace(/^.*@|^\w+:\/\//s, '').replace(/\?.*$/s, '');

function reasonOf(error: unknown): string {
  // Each tried address has its own reason.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  // Drizzle's own message is the whole statement.
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
