import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Sql } from 'postgres';
import { packageFolder } from '../places.ts';
import { DomainError, must } from '../shared/errors.ts';
import { isLockTimeout, isUnsupported } from './away.ts';
import { distributeNewTables, listTables } from './distribute.ts';
import { migrationLock } from './migration-lock.ts';
import { openClient } from './open-client.ts';
import { type Placement, readPlacement } from './placement.ts';
import { needsTwoPhases } from './two-phases.ts';

const migrationsFolder = fileURLToPath(new URL('drizzle', packageFolder));

/**
 * A change to a table waits for its readers, and new readers wait behind the change. So a migration that does not soon
 * get a table is rolled back, lets the readers pass, and tries again for some five minutes.
 */
const tableLockMs = 2_000;
const letPassMs = 1_000;
const attempts = 100;

/**
 * Migrates the store to this version's schema, and returns the placement of its tables. Any number of processes may
 * call it at once, also beside servers of an older version. In a distributed store it distributes new tables.
 */
export function migrate(url: string, signal?: AbortSignal, folder = migrationsFolder): Promise<Placement> {
  return withConnection(url, signal, async (client) => {
    await client`select pg_advisory_lock(${migrationLock})`;
    // Set after the lock above: that wait may take as long as another process's migration.
    await client`select set_config('lock_timeout', ${`${tableLockMs}`}, false)`;
    for (let attempt = 1; ; attempt++) {
      try {
        const before = await listTables(client);
        await applyMigrations(drizzle(client), { migrationsFolder: folder });
        await distributeNewTables(client, before);
        return await readPlacement(client);
      } catch (error) {
        if (isUnsupported(error) && (await needsTwoPhases(client))) throw new MigrationRefusedError(error);
        if (attempt === attempts || !isLockTimeout(error)) throw error;
        await sleep(letPassMs, undefined, signal === undefined ? {} : { signal });
      }
    }
  });
}

/** A migration, identified by its time and the hash of its text. */
export type Migration = {
  readonly at: number;
  readonly hash: string;
  readonly statements: readonly string[];
};

/** Lists this version's migrations, the oldest first. */
export const listMigrations = (): readonly Migration[] =>
  readMigrationFiles({ migrationsFolder }).map(({ folderMillis, hash, sql }) => ({
    at: folderMillis,
    hash,
    statements: sql,
  }));

/** Citus does not support a migration on distributed tables. */
export class MigrationRefusedError extends DomainError {
  override readonly name: string = 'MigrationRefusedError';
  constructor(cause: unknown) {
    super(
      'INTERNAL',
      'Citus refuses a step of the schema on the distributed store, which stays as it was: continue with the previous version of larkstat, ' +
        'or copy it by `larkstat backup`, restore that into an empty database by `larkstat restore`, and distribute it anew',
      { cause },
    );
  }
}

/** Whether the database has a store's tables, of any version. */
export function hasStore(url: string, signal?: AbortSignal): Promise<boolean> {
  return withConnection(url, signal, async (client) => {
    const [row] = await client<{ found: boolean }[]>`select to_regclass('raw_payloads') is not null as found`;
    return row?.found ?? false;
  });
}

/**
 * A name that no other database has, for cached and published data outside of it: other deployments use the same ids of
 * streams and jobs. It never changes.
 */
export function nameDeployment(url: string, signal?: AbortSignal): Promise<string> {
  return withConnection(url, signal, async (client) => {
    const [row] = await client<{ name: string }[]>`
      select system_identifier || '-' || oid as name from pg_control_system(), pg_database
      where datname = current_database()`;
    return `larkstat:${must(row, 'a database has a row').name}`;
  });
}

/**
 * Works on one connection: the lock belongs to the session that migrates. When the signal is aborted, the connection is
 * closed at once, so the work fails, and what it did not commit is rolled back.
 */
async function withConnection<T>(
  url: string,
  signal: AbortSignal | undefined,
  work: (client: Sql) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const client = openClient(url, { purpose: 'migrating', max: 1 });
  const giveUp = () => void client.end({ timeout: 0 });
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await work(client);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await client.end();
  }
}
