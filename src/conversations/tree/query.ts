import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { membersOf, standingRow } from '../members.ts';
import type { Tree } from './page.ts';
import type { Written } from './responses.ts';

/** How many posts have a depth. */
export type DepthCountRow = { readonly rootId: string; readonly depth: number; readonly posts: number };

/** The roots of the conversations that posts are in, by the posts' ids; none of a post that is not known. */
export async function findRoots(
  db: Database,
  postIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = (await db.orm.execute(sql`
    select post_id as "postId", root_id as "rootId" from known_posts
    where post_id = any(${arrayOf(postIds)}::uuid[])`)) as unknown as readonly {
    readonly postId: string;
    readonly rootId: string;
  }[];
  return new Map(rows.map(({ postId, rootId }) => [postId, rootId]));
}

/** Posts below each root by their depth, in its order. An index alone gives it (known_posts_thread). */
export async function countDepths(db: Database, roots: readonly string[]): Promise<readonly DepthCountRow[]> {
  return (await db.orm.execute(sql`
    select root_id as "rootId", depth, count(*)::float8 as posts from known_posts
    where root_id = any(${arrayOf(roots)}::uuid[]) and depth > 0
    group by root_id, depth order by root_id, depth`)) as unknown as readonly DepthCountRow[];
}

/** What the posts of a conversation have together. */
export type TogetherRow = {
  readonly rootId: string;
  readonly participants: number;
  /** Of those known; 0 when none is. */
  readonly engagement: number;
};

export async function sumConversations(
  db: Database,
  roots: readonly string[],
): Promise<readonly TogetherRow[]> {
  return (await db.orm.execute(sql`
    select k.root_id as "rootId", count(distinct p.author_id)::float8 as participants,
      coalesce(sum(p.engagement), 0)::float8 as engagement
    from (${membersOf(roots)}) k ${standingRow} group by k.root_id`)) as unknown as readonly TogetherRow[];
}

/** Posts that one row of an answer tells of: some 300 kB of text. */
const postsInRow = sql.raw('8192');

/** Which posts the conversations have, and how they hang together. */
export async function loadTrees(db: Database, roots: readonly string[]): Promise<ReadonlyMap<string, Tree>> {
  const parts = await loadParts<{ readonly ids: string; readonly parents: string }>(
    db,
    sql`${membersOf(roots)}`,
    sql`string_agg(c.post_id::text, ',' order by c.place) as ids, ${parentPlaces} as parents`,
  );
  return mapTrees(parts, (rows) => ({
    ids: rows.flatMap(({ ids }) => ids.split(',')),
    parents: Int32Array.from(rows.flatMap(({ parents }) => numbersOf(parents))),
  }));
}

/** Who wrote the posts of the conversations, and when. */
export async function loadWritten(
  db: Database,
  roots: readonly string[],
): Promise<ReadonlyMap<string, Written>> {
  const posts = sql`select k.*, p.created_at, p.hour_unknown,
      dense_rank() over (partition by k.root_id order by p.author_id) as author
    from (${membersOf(roots)}) k ${standingRow}`;
  const parts = await loadParts<Record<keyof Written, string>>(
    db,
    posts,
    sql`${parentPlaces} as parents, string_agg(c.author::text, ',' order by c.place) as authors,
      string_agg(case when c.hour_unknown then 'null' else (extract(epoch from c.created_at) * 1000)::int8::text end,
        ',' order by c.place) as "createdAt"`,
  );
  return mapTrees(parts, (rows) => ({
    parents: Int32Array.from(rows.flatMap(({ parents }) => numbersOf(parents))),
    authors: Int32Array.from(rows.flatMap(({ authors }) => numbersOf(authors))),
    createdAt: Float64Array.from(
      rows.flatMap(({ createdAt }) => numbersOf(createdAt)),
      (ms) => ms ?? Number.NaN,
    ),
  }));
}

const parentPlaces = sql`string_agg(coalesce(above.place, -1)::text, ',' order by c.place)`;

/** Numbers as Postgres joins them. */
const numbersOf = (text: string): readonly number[] => JSON.parse(`[${text}]`) as readonly number[]; // safe: made above

/**
 * Posts numbered as `Shape` has them, thousands in a row: JavaScript reads lists of numbers some ten times as fast as
 * rows of them, and no row takes it longer than a few milliseconds. `c` is the post, `above` the one that it replies to.
 */
async function loadParts<Part>(
  db: Database,
  members: SQL,
  columns: SQL,
): Promise<readonly (Part & { readonly rootId: string })[]> {
  return (await db.orm.execute(sql`
    with numbered as materialized (
      select m.*, row_number() over (partition by m.root_id order by m.depth, m.post_id) - 1 as place
      from (${members}) m
    )
    select c.root_id as "rootId", ${columns}
    from numbered c left join numbered above on above.root_id = c.root_id and above.post_id = c.parent_id
    group by c.root_id, c.place / ${postsInRow}
    order by c.root_id, c.place / ${postsInRow}`)) as unknown as readonly (Part & {
    readonly rootId: string;
  })[];
}

/** The rows of each root, put together. */
function mapTrees<Row extends { readonly rootId: string }, Whole>(
  rows: readonly Row[],
  join: (rows: readonly Row[]) => Whole,
): ReadonlyMap<string, Whole> {
  const parts = new Map<string, Row[]>();
  for (const row of rows) {
    const known = parts.get(row.rootId);
    if (known === undefined) parts.set(row.rootId, [row]);
    else known.push(row);
  }
  return new Map([...parts].map(([rootId, some]) => [rootId, join(some)]));
}
