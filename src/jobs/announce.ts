import type { Sql, TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';

/** Announces a job's change when the statement changed a row. Returns the statement's result. */
export function announceJob<Result extends { readonly count: number }>(
  sql: Sql | TransactionSql,
  jobId: string,
  result: Result,
): Result {
  if (result.count > 0) announce(sql, { job: jobId });
  return result;
}
