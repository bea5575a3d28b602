import type { Sql, TransactionSql } from 'postgres';

type Tx = Sql | TransactionSql;

/** The parent that another row of a post `p` names: of those that name one, the first that was collected. */
const otherParent = `(select q.parent_id from posts q where q.post_id = p.post_id and q.parent_id is not null
  order by q.collected_at, q.stream_id limit 1)`;

/** What must hold of a row `p` of posts and of what is known of the post, `k`: `standing.ts` says it in TypeScript. */
const isPlaced = `
  k.post_id is not null
  and p.stands = (not p.own or k.stream_id = p.stream_id
    and not exists (select from vacant_posts v where v.stream_id = p.stream_id and v.post_id = p.post_id))
  and case when k.stream_id = p.stream_id
    then k.own = p.own and k.parent_id is not distinct from coalesce(p.parent_id, ${otherParent})
    else (k.own or not p.own) and exists (
      select from posts q where q.stream_id = k.stream_id and q.post_id = p.post_id and q.own = k.own) end`;

const misplaced = `
  from posts p join streams s on s.stream_id = p.stream_id and s.platform = 'X'
    left join known_posts k on k.post_id = p.post_id
  where p.stream_id = $1 and not (${isPlaced})`;

/**
 * The stream's posts of which the registry does not say what the rows of all streams do, or whose row does not say what the
 * registry does: by their keys, `first` of those after one. Walks along the primary key.
 */
export async function findMisplaced(
  sql: Tx,
  streamId: number,
  after: string | null,
  first: number,
): Promise<readonly string[]> {
  const rows = await sql.unsafe<{ id: string }[]>(
    `select p.post_id as id ${misplaced} and ($2::uuid is null or p.post_id > $2) order by p.post_id limit $3`,
    [streamId, after, first],
  );
  return rows.map(({ id }) => id);
}

/** How many there are. */
export async function countMisplaced(sql: Tx, streamId: number): Promise<number> {
  const [row] = await sql.unsafe<{ posts: number }[]>(`select count(*)::int as posts ${misplaced}`, [
    streamId,
  ]);
  return row?.posts ?? 0;
}

const orphans = `
  from known_posts k
  where not exists (select from posts p where p.stream_id = k.stream_id and p.post_id = k.post_id)`;

/** Posts that the registry has by a row that is not there, `first` of them. Reads the whole registry. */
export async function findOrphans(sql: Tx, first: number): Promise<readonly string[]> {
  const rows = await sql.unsafe<{ id: string }[]>(`select k.post_id as id ${orphans} limit $1`, [first]);
  return rows.map(({ id }) => id);
}

/** How many there are. */
export async function countOrphans(sql: Tx): Promise<number> {
  const [row] = await sql.unsafe<{ posts: number }[]>(`select count(*)::int as posts ${orphans}`);
  return row?.posts ?? 0;
}
