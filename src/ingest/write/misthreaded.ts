import type { Sql, TransactionSql } from 'postgres';
import type { Threaded } from './threads.ts';

type Tx = Sql | TransactionSql;

/**
 * Rows `k` of `known_posts` that are not placed as their parents say: below their parent in the same tree, or, without
 * a known parent, at depth 0 as the root of their own tree. A root may have a known parent when that parent is below
 * it: the parents then form a ring, which is cut at its smallest id. When every post satisfies these rules, all trees
 * are right. One probe of the primary key per parent.
 */
const misthreaded = `
  with recursive cut as (
    select k.post_id as root_id, k.parent_id as at from known_posts k join known_posts p on p.post_id = k.parent_id
    where k.depth = 0 and k.parent_id <> k.post_id and p.root_id = k.post_id
    union
    select c.root_id, k.parent_id from cut c join known_posts k on k.post_id = c.at where c.at <> c.root_id
  ), wrong as (
    select k.post_id, k.parent_id from known_posts k left join known_posts p on p.post_id = k.parent_id
    where not case when k.depth = 0
      then k.root_id = k.post_id and (p.post_id is null or p.post_id = k.post_id or p.root_id = k.post_id)
      else p.post_id is not null and p.root_id = k.root_id and p.depth = k.depth - 1 end
    union
    select k.post_id, k.parent_id from known_posts k
    where k.post_id in (select root_id from cut group by root_id having bool_or(at < root_id))
  )`;

/** At most `first` posts, by key, that are not placed as their parents say. */
export async function findMisthreaded(sql: Tx, first: number): Promise<readonly Threaded[]> {
  return sql.unsafe<Threaded[]>(
    `${misthreaded} select post_id as "postId", parent_id as "parentId" from wrong order by post_id limit $1`,
    [first],
  );
}

/** Counts them. Reads the whole registry. */
export async function countMisthreaded(sql: Tx): Promise<number> {
  const [row] = await sql.unsafe<{ posts: number }[]>(
    `${misthreaded} select count(*)::int as posts from wrong`,
  );
  return row?.posts ?? 0;
}
