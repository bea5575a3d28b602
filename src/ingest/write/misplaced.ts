import type { Sql, TransactionSql } from 'postgres';
import { must } from '../../shared/errors.ts';
import type { Known, Sharer } from './standing.ts';
import { uuidArray } from './stored.ts';

type Tx = Sql | TransactionSql;

/** Posts of a stream that are checked together. */
const lookedAtOnce = 10_000;

const sharerColumns = `post_id as "postId", stream_id as "streamId", own, stands, parent_id as "parentId",
  (extract(epoch from collected_at) * 1000)::float8 as "collectedAt"`;

/**
 * Walks along the primary key and yields the keys of posts whose registry row disagrees with the rows of all streams,
 * or whose own row disagrees with the registry. The registry, the stream's rows and other streams' rows are read
 * separately, since on a cluster they are on different nodes.
 */
async function* walkMisplaced(sql: Tx, streamId: number, from: string | null): AsyncGenerator<string> {
  const [stream] = await sql`select 1 from streams where stream_id = ${streamId} and platform = 'X'`;
  if (stream === undefined) return;
  for (let after = from; ; ) {
    const rows: readonly Sharer[] = await sql.unsafe<Sharer[]>(
      `select ${sharerColumns} from posts
       where stream_id = $1 and ($2::uuid is null or post_id > $2) order by post_id limit ${lookedAtOnce}`,
      [streamId, after],
    );
    const ids = uuidArray(rows.map(({ postId }) => postId));
    const [known, others, vacant] = await Promise.all([
      sql.unsafe<Known[]>(
        `select post_id as "postId", stream_id as "streamId", own, parent_id as "parentId" from known_posts
         where post_id = any($1::uuid[])`,
        [ids],
      ),
      sql.unsafe<Sharer[]>(
        `select /* across streams: others that have the posts */ ${sharerColumns}
         from posts where post_id = any($1::uuid[]) and stream_id <> $2 and platform_id is null`,
        [ids, streamId],
      ),
      sql.unsafe<{ postId: string }[]>(
        'select post_id as "postId" from vacant_posts where stream_id = $1 and post_id = any($2::uuid[])',
        [streamId, ids],
      ),
    ]);
    const knownOf = new Map(known.map((row) => [row.postId, row]));
    const othersOf = byPost(others);
    const isVacant = new Set(vacant.map(({ postId }) => postId));
    for (const row of rows) {
      const { postId } = row;
      const found = { known: knownOf.get(postId), others: othersOf.get(postId) ?? [] };
      if (!isPlaced(row, { ...found, isVacant: isVacant.has(postId) })) yield postId;
    }
    if (rows.length < lookedAtOnce) return;
    after = must(rows.at(-1), 'the page is full').postId;
  }
}

function byPost(rows: readonly Sharer[]): ReadonlyMap<string, readonly Sharer[]> {
  const found = new Map<string, Sharer[]>();
  for (const row of rows) {
    const same = found.get(row.postId);
    if (same === undefined) found.set(row.postId, [row]);
    else same.push(row);
  }
  return found;
}

type Around = {
  readonly known: Known | undefined;
  /** Other streams' rows of the post. */
  readonly others: readonly Sharer[];
  readonly isVacant: boolean;
};

/** Whether the registry and a stream's row of a post are as `standing.ts` decides. */
function isPlaced(row: Sharer, { known, others, isVacant }: Around): boolean {
  if (known === undefined) return false;
  const isHome = known.streamId === row.streamId;
  if (row.stands !== (!row.own || (isHome && !isVacant))) return false;
  if (isHome) return known.own === row.own && known.parentId === (row.parentId ?? firstParent(others));
  return (
    (known.own || !row.own) &&
    others.some(({ streamId, own }) => streamId === known.streamId && own === known.own)
  );
}

/** The parent according to other rows: of those with a parent, the row collected first. */
function firstParent(rows: readonly Sharer[]): string | null {
  const named = rows.filter(({ parentId }) => parentId !== null);
  const [first] = named.sort((a, b) => a.collectedAt - b.collectedAt || a.streamId - b.streamId);
  return first?.parentId ?? null;
}

/** The keys of at most `first` misplaced posts of a stream, after a given key. */
export async function findMisplaced(
  sql: Tx,
  streamId: number,
  after: string | null,
  first: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const id of walkMisplaced(sql, streamId, after)) {
    found.push(id);
    if (found.length === first) break;
  }
  return found;
}

/**
 * Counts them. One snapshot for all parts of the walk, so that concurrent writes do not count as errors. On a cluster
 * each node has its own snapshot, so concurrent writes may be counted.
 */
export async function countMisplaced(sql: Tx, streamId: number): Promise<number> {
  const count = async (tx: Tx) => {
    let posts = 0;
    for await (const _ of walkMisplaced(tx, streamId, null)) posts++;
    return posts;
  };
  return 'begin' in sql ? sql.begin('isolation level repeatable read read only', count) : count(sql);
}

/** Registry rows whose post does not exist. */
const orphans = `/* across streams: the whole registry */
  select post_id, stream_id from known_posts except select post_id, stream_id from posts where platform_id is null`;

/** At most `first` posts whose registry row names a row that does not exist. Reads the whole registry. */
export async function findOrphans(sql: Tx, first: number): Promise<readonly string[]> {
  const rows = await sql.unsafe<{ id: string }[]>(`select post_id as id from (${orphans}) o limit $1`, [
    first,
  ]);
  return rows.map(({ id }) => id);
}

/** Counts all of them. */
export async function countOrphans(sql: Tx): Promise<number> {
  const [row] = await sql.unsafe<{ posts: number }[]>(`select count(*)::int as posts from (${orphans}) o`);
  return row?.posts ?? 0;
}
