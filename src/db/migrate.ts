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
 * A change to a table waits until nobody reads it, and whoever wants to read it meanwhile waits behind the change. So
 * a migration that does not get a table soon is undone, lets the others pass, and tries again for some five minutes.
 */
const tableLockMs = 2_000;
const letPassMs = 1_000;
const attempts = 100;

/**
 * Brings the store to today's schema, and returns where its tables are. Any number of processes may call it at once, also
 * while servers of an older version work on the store. In one that is distributed, tables that are new are distributed too.
 */
export function migrate(url: string, signal?: AbortSignal, folder = migrationsFolder): Promise<Placement> {
  return withConnection(url, signal, async (client) => {
    await client`select pg_advisory_lock(${migrationLock})`;
    // After the lock above, for which a process waits as long as the one that migrates takes.
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

/** A step of the schema, known by when it was written and by the hash of its text. */
export type Migration = {
  readonly at: number;
  readonly hash: string;
  readonly statements: readonly string[];
};

/** Every migration that this version knows, the oldest first. */
export const listMigrations = (): readonly Migration[] =>
  readMigrationFiles({ migrationsFolder }).map(({ folderMillis, hash, sql }) => ({
    at: folderMillis,
    hash,
    statements: sql,
  }));

/** A step of the schema that Citus does not take on distributed tables. */
export class MigrationRefusedError extends DomainError {
  override readonly name: string = 'MigrationRefusedError';
  constructor(cause: unknown) {
    super(
      'INTERNAL',
      'Citus refuses a step of the schema on the distributed store, which stays as it was: go on with the version of larkstat before, ' +
        'or copy it by `larkstat backup`, restore that into an empty database by `larkstat restore`, and distribute it anew',
      { cause },
    );
  }
}

/** Whether the database was ever migrated: whether it has a store's tables, of whatever version. */
export function hasStore(url: string, signal?: AbortSignal): Promise<boolean> {
  return withConnection(url, signal, async (client) => {
    const [row] = await client<{ found: boolean }[]>`select to_regclass('raw_payloads') is not null as found`;
    return row?.found ?? false;
  });
}

/**
 * A name that the database shares with no other, for what is kept or published outside of it: ids of streams and jobs
 * mean something else in another deployment. It stays the same for as long as the database does.
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
 * Works on one connection: the lock belongs to the session that migrates. When the signal is aborted the connection is
 * closed at once, so that the work fails, and what it had not committed is undone.
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
