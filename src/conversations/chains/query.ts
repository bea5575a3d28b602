import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { joinPosts } from '../members.ts';

/** A path from a conversation's root down to a post. */
export type ChainRow = {
  readonly leafId: string;
  /** Replies below the root. */
  readonly depth: number;
};

/**
 * Finds the longest path of each conversation, by its root; of equally long ones the one with the smallest id. It takes
 * two probes of known_posts_thread.
 */
export async function findLongest(
  db: Database,
  roots: readonly string[],
): Promise<ReadonlyMap<string, ChainRow>> {
  const rows = await db.rows<ChainRow & { readonly rootId: string }>(sql`
    select r.id as "rootId", leaf.post_id as "leafId", leaf.depth
    from unnest(${arrayOf(roots)}::uuid[]) as r (id),
      lateral (select depth from known_posts where root_id = r.id and depth > 0 order by depth desc limit 1) deepest,
      lateral (select post_id, depth from known_posts
        where root_id = r.id and depth > 0 and depth = deepest.depth order by post_id limit 1) leaf`);
  return new Map(rows.map(({ rootId, ...row }) => [rootId, row]));
}

/**
 * A recursive query `path` of the posts of the paths that end in these leaves: leaf_id, post_id, parent_id, depth and
 * stream_id. It climbs all paths at once, one step per level, and ends at roots, so a ring in bad data does not repeat.
 * OFFSET 0 keeps the planner, which cannot know the size of a level, from reading the whole table for each. The
 * recursion is a separate query: a cluster rejects a recursive query that also reads posts.
 */
const pathsTo = (leaves: readonly string[]): SQL => sql`
  with path as materialized (
    with recursive step as (
      select post_id as leaf_id, post_id, parent_id, depth, stream_id from known_posts
      where post_id = any(${arrayOf(leaves)}::uuid[])
      union all
      select step.leaf_id, k.post_id, k.parent_id, k.depth, k.stream_id
      from step, lateral (select * from known_posts where post_id = step.parent_id offset 0) k where step.depth > 0
    )
    select * from step
  )`;

/** The sums of a path. */
export type ChainSums = {
  readonly leafId: string;
  readonly participants: number;
  /** The sum of the known ones; 0 when none is known. */
  readonly engagement: number;
};

export async function sumChains(db: Database, leaves: readonly string[]): Promise<readonly ChainSums[]> {
  return db.rows<ChainSums>(sql`
    ${pathsTo(leaves)}
    select k.leaf_id as "leafId", count(distinct p.author_id)::float8 as participants,
      coalesce(sum(p.engagement), 0)::float8 as engagement
    from path k ${joinPosts} group by k.leaf_id`);
}

/** Returns the posts of paths, root first, at depths from `from` (inclusive) to `to` (exclusive). */
export async function findChainPosts(
  db: Database,
  leaves: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly { readonly leafId: string; readonly postId: string }[]> {
  return db.rows<{ readonly leafId: string; readonly postId: string }>(sql`
    ${pathsTo(leaves)}
    select leaf_id as "leafId", post_id as "postId" from path
    where depth >= ${from} and depth < ${to} order by leaf_id, depth`);
}
