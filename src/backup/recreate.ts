import type { TransactionSql } from 'postgres';
import type { Migration } from '../db/migrate.ts';
import { storeTables, storeTypes } from '../db/store-tables.ts';

/** Drops the store's tables with all they hold, and forgets that it was ever migrated. */
export async function dropStore(tx: TransactionSql): Promise<void> {
  await tx.unsafe(`drop table if exists ${storeTables.join(', ')}`);
  await tx.unsafe(`drop type if exists ${storeTypes.join(', ')}`);
  await tx`truncate drizzle.__drizzle_migrations`;
}

/** Makes migrations in the caller's transaction, and notes them as Drizzle does. */
export async function applyMigrations(tx: TransactionSql, migrations: readonly Migration[]): Promise<void> {
  for (const { at, hash, statements } of migrations) {
    for (const statement of statements) await tx.unsafe(statement);
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${at})`;
  }
}
