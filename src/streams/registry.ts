import type { TransactionSql } from 'postgres';
import { announce } from '../db/news.ts';
import { must } from '../shared/errors.ts';

/**
 * Raises the registry's version: a stream was created or deleted, or is found by another handle from now on. The table
 * has a single row, which every such transaction writes to: call this last, so that others wait for the commit only.
 */
export async function raiseRegistry(tx: TransactionSql): Promise<void> {
  const [row] = await tx<{ version: number }[]>`
    update registry set version = version + 1 returning version::float8`;
  announce(tx, { registry: must(row, 'a migration wrote the row').version });
}

/** The same for a store that was restored while no process used it, by so much at once. */
export async function raiseRegistryBy(tx: TransactionSql, by: number): Promise<void> {
  await tx`update registry set version = version + ${by}::bigint`;
}
