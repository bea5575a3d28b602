import type { Sql, TransactionSql } from 'postgres';
import { announce } from '../db/news.ts';

/** Announces a job if the statement that was to change it did; returns the statement's result. */
export function announceJob<Result extends { readonly count: number }>(
  sql: Sql | TransactionSql,
  jobId: string,
  result: Result,
): Result {
  if (result.count > 0) announce(sql, { job: jobId });
  return result;
}
