import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { ownTurn } from '../../platform/turns.ts';
import { membersOf, joinPosts } from '../members.ts';
import { type PostsPart, shapeOf } from '../shape.ts';
import type { Tree } from './page.ts';
import type { Written } from './responses.ts';

/** The number of posts at a depth. */
export type DepthCountRow = { readonly rootId: string; readonly depth: number; readonly posts: number };

/** Finds the roots of posts' conversations, by the posts' ids. Unknown posts are left out. */
export async function findRoots(
  db: Database,
  postIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows<{ readonly postId: string; readonly rootId: string }>(sql`
    select post_id as "postId", root_id as "rootId" from known_posts
    where post_id = any(${arrayOf(postIds)}::uuid[])`);
  return new Map(rows.map(({ postId, rootId }) => [postId, rootId]));
}

/** Counts the posts below each root by depth, in order. It reads only an index (known_posts_thread). */
export async function countDepths(db: Database, roots: readonly string[]): Promise<readonly DepthCountRow[]> {
  return db.rows<DepthCountRow>(sql`
    select root_id as "rootId", depth, count(*)::float8 as posts from known_posts
    where root_id = any(${arrayOf(roots)}::uuid[]) and depth > 0
    group by root_id, depth order by root_id, depth`);
}

/** The sums of a conversation. */
export type ConversationSums = {
  readonly rootId: string;
  readonly participants: number;
  /** The sum of the known ones; 0 when none is known. */
  readonly engagement: number;
};

export async function sumConversations(
  db: Database,
  roots: readonly string[],
): Promise<readonly ConversationSums[]> {
  return db.rows<ConversationSums>(sql`
    select k.root_id as "rootId", count(distinct p.author_id)::float8 as participants,
      coalesce(sum(p.engagement), 0)::float8 as engagement
    from (${membersOf(roots)}) k ${joinPosts} group by k.root_id`);
}

/** Loads the posts and shapes of conversations. */
export async function loadTrees(db: Database, roots: readonly string[]): Promise<ReadonlyMap<string, Tree>> {
  const parts = await loadParts<PostsPart>(db, sql`${membersOf(roots)}`, postColumns);
  return joinParts(parts, async (rows) => shapeOf(rows));
}

/** Loads the shapes of conversations with the authors and times of their posts. */
export async function loadWritten(
  db: Database,
  roots: readonly string[],
): Promise<ReadonlyMap<string, Written>> {
  const members = sql`select k.*, p.created_at, p.hour_unknown,
      dense_rank() over (partition by k.root_id order by p.author_id) as author
    from (${membersOf(roots)}) k ${joinPosts}`;
  const parts = await loadParts<PostsPart & { readonly authors: string; readonly createdAt: string }>(
    db,
    members,
    sql`${postColumns}, string_agg(c.author::text, ',' order by c.place) as authors,
      string_agg(case when c.hour_unknown then 'null' else (extract(epoch from c.created_at) * 1000)::int8::text end,
        ',' order by c.place) as "createdAt"`,
  );
  return joinParts(parts, async (rows) => {
    const { parents } = await shapeOf(rows);
    // For 100,000 posts each of the following steps takes some 10 ms.
    await ownTurn();
    return {
      parents,
      authors: Int32Array.from(rows.flatMap(({ authors }) => numbersOf(authors))),
      createdAt: Float64Array.from(
        rows.flatMap(({ createdAt }) => numbersOf(createdAt)),
        (ms) => ms ?? Number.NaN,
      ),
    };
  });
}

/** Parses numbers that Postgres joined by commas. */
const numbersOf = (text: string) => JSON.parse(`[${text}]`) as (number | null)[]; // safe: Postgres joined them

/** The columns for `shapeOf`, of posts `c`. */
const postColumns = sql`string_agg(c.post_id::text, ',' order by c.place) as ids,
  string_agg(coalesce(c.parent_id::text, ''), ',' order by c.place) as "parentIds"`;

/** Posts per row of the result: some 600 kB of text, parsed in a few milliseconds. */
const postsInRow = sql.raw('8192');

/**
 * Loads posts in the order of a `Shape`, thousands per row: JavaScript parses long texts some ten times as fast as that
 * many rows. `columns` aggregate the posts `c` of a row.
 */
async function loadParts<Part>(
  db: Database,
  members: SQL,
  columns: SQL,
): Promise<readonly (Part & { readonly rootId: string })[]> {
  return db.rows<Part & { readonly rootId: string }>(sql`
    select c.root_id as "rootId", ${columns} from (
      select m.*, row_number() over (partition by m.root_id order by m.depth, m.post_id) - 1 as place
      from (${members}) m
    ) c
    group by c.root_id, c.place / ${postsInRow}
    order by c.root_id, c.place / ${postsInRow}`);
}

/** Joins the rows of each root. */
async function joinParts<Row extends { readonly rootId: string }, Whole>(
  rows: readonly Row[],
  join: (rows: readonly Row[]) => Promise<Whole>,
): Promise<ReadonlyMap<string, Whole>> {
  const parts = new Map<string, Row[]>();
  for (const row of rows) {
    const known = parts.get(row.rootId);
    if (known === undefined) parts.set(row.rootId, [row]);
    else known.push(row);
  }
  const wholes = new Map<string, Whole>();
  for (const [rootId, some] of parts) wholes.set(rootId, await join(some));
  return wholes;
}
