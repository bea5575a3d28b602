import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { numberAt } from '../tree/compute.ts';
import { pickIds, placesOf } from './places.ts';
import type { Paths } from './viral.ts';

/** Selects paths. */
export type ViralScope = {
  /** Only conversations whose root is an own post of this stream; null: all. */
  readonly streamId: number | null;
  /** The fewest replies below the root, 1 or more. */
  readonly minDepth: number;
};

/** Posts per row of the result. */
const postsInRow = sql.raw('8192');

/** Some posts as binary lists, as Postgres sends them: of 16, 16, 4 and 8 bytes each. */
type PathsPart = {
  readonly ids: Buffer;
  /** For a root its own id. */
  readonly parentIds: Buffer;
  readonly depths: Buffer;
  readonly engagements: Buffer;
};

/**
 * Loads the posts of all deep paths from a root to a reply without replies, each post once. Every post at the least
 * depth or deeper is on such a path; the posts above are found by their parents, one level at a time. So the cost is
 * one scan of an index of all posts and that of the deep paths, not of all posts. At most `limit` posts are loaded.
 * Look-ups are in the order of the ids, which are near each other in the index: that is faster than another order. They
 * are lists, whose size the planner estimates low: for a recursive query it expects ten times the size, and reads all
 * posts. Engagement comes only from the index posts_post: posts are wide, and lie far apart.
 */
export async function loadDeepPaths(
  db: Database,
  { streamId, minDepth }: ViralScope,
  limit: number,
): Promise<Paths> {
  const parts = await db.rows<PathsPart>(sql`
    with ${ownRoots(streamId, minDepth)} lists as materialized (
      with recursive deep as materialized (
        select k.post_id, k.parent_id, k.depth, k.stream_id from known_posts k
        where k.depth > 0 and k.depth >= ${minDepth} ${streamId === null ? sql`` : sql`and k.root_id in (select post_id from own_roots)`}
        limit ${limit}
      ), above as (
        select parent.* from ${parentsOf(sql`deep where depth = ${minDepth}`)}
        union all
        select parent.* from ${parentsOf(sql`above where depth > 0`)}
      )
      select array_agg(post_id) as ids, array_agg(parent_id) as parents, array_agg(depth) as depths,
        array_agg(stream_id) as streams
      from (select * from (select * from deep union all select * from above) paths order by post_id limit ${limit}) p
    )
    select /* across streams: a conversation's posts are of many */ string_agg(uuid_send(c.post_id), '' order by c.place) as ids,
      string_agg(uuid_send(case when c.depth = 0 then c.post_id else c.parent_id end), '' order by c.place) as "parentIds",
      string_agg(int4send(c.depth), '' order by c.place) as depths,
      string_agg(float8send(coalesce(p.engagement, 0)), '' order by c.place) as engagements
    from lists, unnest(ids, parents, depths, streams)
        with ordinality as c (post_id, parent_id, depth, stream_id, place)
      join posts p on p.stream_id = c.stream_id and p.post_id = c.post_id and p.platform_id is null
    group by c.place / ${postsInRow} order by c.place / ${postsInRow}`);
  return inOrder(parts);
}

/**
 * The parents of posts, each once. All the posts have one depth, so no parent comes twice. They are looked up as one
 * list: since release 17 Postgres scans the index along it.
 */
const parentsOf = (posts: SQL): SQL => sql`
  (select array_agg(parent_id) as ids, min(depth) as depth
    from (select distinct parent_id, depth from ${posts} order by parent_id offset 0) replies) replied,
  lateral (
    select post_id, parent_id, depth, stream_id from known_posts
    where post_id = any(replied.ids) and depth < replied.depth offset 0
  ) parent`;

/**
 * The own posts of a stream that have a deep path below. Separate from the recursion, since a cluster rejects a
 * recursive query that reads posts.
 */
const ownRoots = (streamId: number | null, minDepth: number): SQL =>
  streamId === null
    ? sql``
    : sql`own_roots as materialized (
        select p.post_id from posts p where p.stream_id = ${streamId} and p.own
          and p.post_id in (select k.root_id from known_posts k where k.depth > 0 and k.depth >= ${minDepth})),`;

/** Sorts the posts by depth; those of one depth stay in the order of their ids. */
async function inOrder(parts: readonly PathsPart[]): Promise<Paths> {
  const joined = (list: keyof PathsPart) => Buffer.concat(parts.map((part) => part[list]));
  const [ids, parentIds, depths, engagements] = [
    joined('ids'),
    joined('parentIds'),
    joined('depths').swap32(),
    joined('engagements').swap64(),
  ];
  const order = byDepth(new Int32Array(Uint8Array.from(depths).buffer));
  const sorted = { ids: pickIds(ids, order), parentIds: pickIds(parentIds, order) };
  const parents = await placesOf(sorted.parentIds, sorted.ids);
  for (let place = 0; place < parents.length; place++)
    if (numberAt(parents, place) >= place) parents[place] = -1;
  return {
    ids: sorted.ids,
    parents,
    depths: order.map((from) => depths.readInt32LE(4 * from)),
    engagements: Float64Array.from(order, (from) => engagements.readDoubleLE(8 * from)),
  };
}

/** Returns the indexes of the numbers in ascending order, by a stable counting sort. */
function byDepth(depths: Int32Array): Int32Array {
  const starts = new Int32Array(depths.reduce((most, depth) => Math.max(most, depth), 0) + 2);
  for (const depth of depths) starts[depth + 1] = (starts[depth + 1] ?? 0) + 1;
  for (let depth = 1; depth < starts.length; depth++)
    starts[depth] = (starts[depth] ?? 0) + (starts[depth - 1] ?? 0);
  const order = new Int32Array(depths.length);
  for (const [place, depth] of depths.entries()) {
    const at = starts[depth] ?? 0;
    order[at] = place;
    starts[depth] = at + 1;
  }
  return order;
}
