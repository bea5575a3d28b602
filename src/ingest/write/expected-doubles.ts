import type { Sql, TransactionSql } from 'postgres';
import { uuidArray } from './stored.ts';

/**
 * Posts of a page that are looked up first. When no other stream has any of them, at most a few of the page belong to
 * others.
 */
const sampled = 50;

/** The posts for which another stream's own row stands now; none when a sample finds none. Takes no lock. */
export async function findDoubles(
  sql: Sql | TransactionSql,
  streamId: number,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const every = Math.ceil(ids.length / sampled);
  const some = ids.filter((_, at) => at % every === 0);
  const found = await ofOthers(sql, streamId, some);
  return found.size === 0 || some.length === ids.length ? found : ofOthers(sql, streamId, ids);
}

/** By the primary key of known_posts. */
async function ofOthers(
  sql: Sql | TransactionSql,
  streamId: number,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await sql<{ id: string }[]>`
    select post_id as id from known_posts
    where post_id = any(${uuidArray(ids)}::uuid[]) and own and stream_id <> ${streamId}`;
  return new Set(rows.map(({ id }) => id));
}
