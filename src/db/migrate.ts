import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';
import { must } from '../shared/errors.ts';
import { clientOptions } from './session.ts';

/** The key of the advisory lock that lets one process migrate while the others wait. */
const migrationLock = 20_261_122;
const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** Brings the store to today's schema. Any number of processes may call it at once. */
export function migrate(url: string, signal?: AbortSignal): Promise<void> {
  return withConnection(url, signal, async (client) => {
    await client`select pg_advisory_lock(${migrationLock})`;
    await applyMigrations(drizzle(client), { migrationsFolder });
  });
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
  const client = postgres(url, { ...clientOptions('migrating'), max: 1 });
  const giveUp = () => void client.end({ timeout: 0 });
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await work(client);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await client.end({ timeout: 5 });
  }
}
