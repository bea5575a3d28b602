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

/** The store, started where it is ours, brought to today's schema, and open. */
export type OpenStore = {
  readonly db: Database;
  readonly url: string;
  readonly kind: 'embedded' | 'external';
  /** Where its tables were when it was opened. */
  readonly placement: Placement;
  /** The Redis that carries the job queue; null: the store does. */
  readonly redisQueue: RedisQueue | null;
  close(): Promise<void>;
};

type StoreOptions = DatabaseOptions & {
  /** When it is aborted while the store is being opened, what was begun is closed and the opening rejects. */
  readonly signal?: AbortSignal;
  /** Only a store that exists is opened, and none is made. */
  readonly existing?: boolean;
  /** Told when the embedded Postgres died and when it is back. */
  readonly log?: Logger | undefined;
};

/** Opens the store that the configuration names. Any number of processes may do so at once. */
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
    warnOfPart(placement, log);
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

/** Says in the log that `larkstat distribute` was broken off. */
function warnOfPart(placement: Placement, log: Logger | undefined): void {
  const missing = missingOf(placement).length;
  if (placement.distributed.length === 0 || missing === 0) return;
  log?.warn(
    { missing },
    'the store is distributed in part: stop all processes and run `larkstat distribute` again',
  );
}

/** What carries news between processes: Redis where it is configured, else Postgres. */
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

/** Says which database it was and where it is named. */
function refusal(url: string, cause: unknown): Error {
  const message = `Cannot open the database ${placeOf(url)}: ${reasonOf(cause)}: check DATABASE_URL`;
  return isAway(cause)
    ? new DomainError('STORE_UNAVAILABLE', message, { cause })
    : new Error(message, { cause });
}

/** Host and name of a database, without the password. */
const placeOf = (url: string): string => url.replace(/^.*@|^\w+:\/\//s, '').replace(/\?.*$/s, '');

function reasonOf(error: unknown): string {
  // Of several addresses that were tried, each has a reason of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  // Drizzle's own message is the whole statement.
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
