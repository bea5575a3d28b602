import type { TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { must } from '../shared/errors.ts';

/**
 * Raises the version of the registry: a stream was created or deleted, or is found by another handle. The table has a
 * single row that every such transaction writes. Call this last, so that the others wait for the commit only.
 */
export async function raiseRegistry(tx: TransactionSql): Promise<void> {
  const [row] = await tx<{ version: number }[]>`
    update registry set version = version + 1 returning version::float8`;
  announce(tx, { registry: must(row, 'a migration wrote the row').version });
}

/** Raises the version by `by`, in a store that was restored while no process used it. */
export async function raiseRegistryBy(tx: TransactionSql, by: number): Promise<void> {
  await tx`update registry set version = version + ${by}::bigint`;
}
