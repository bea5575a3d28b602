import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { clientOptions } from './session.ts';

/** The key of the advisory lock that lets one process migrate while the others wait. */
const migrationLock = 20_261_122;
const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** Brings the store to today's schema. Any number of processes may call it at once. */
export async function migrate(url: string): Promise<void> {
  // One connection: the lock belongs to the session that migrates.
  const client = postgres(url, { ...clientOptions('migrating'), max: 1 });
  try {
    await client`select pg_advisory_lock(${migrationLock})`;
    await applyMigrations(drizzle(client), { migrationsFolder });
  } finally {
    await client.end({ timeout: 5 });
  }
}
