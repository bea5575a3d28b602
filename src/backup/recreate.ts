import type { TransactionSql } from 'postgres';
import type { Migration } from '../db/migrate.ts';
import { storeTables, storeTypes } from '../db/store-tables.ts';

/** Drops the store's tables with their contents and deletes the record of migrations. */
export async function dropStore(tx: TransactionSql): Promise<void> {
  await tx.unsafe(`drop table if exists ${storeTables.join(', ')}`);
  await tx.unsafe(`drop type if exists ${storeTypes.join(', ')}`);
  await tx`truncate drizzle.__drizzle_migrations`;
}

/** Runs migrations in the caller's transaction and records them like Drizzle. */
export async function applyMigrations(tx: TransactionSql, migrations: readonly Migration[]): Promise<void> {
  for (const { at, hash, statements } of migrations) {
    for (const statement of statements) await tx.unsafe(statement);
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${at})`;
  }
}
