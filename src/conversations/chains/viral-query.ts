import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { numberAt } from '../tree/compute.ts';
import { pickIds, placesOf } from './places.ts';
import type { Paths } from './viral.ts';

/** Which paths are looked at. */
export type ViralScope = {
  /** Of conversations whose root is an own post of this stream; null: of all. */
  readonly streamId: number | null;
  /** Replies below the root, at least: 1 or more. */
  readonly minDepth: number;
};

/** Posts that one row of the answer tells of. */
const postsInRow = sql.raw('8192');

/** Some posts, as lists of numbers in the bytes that Postgres sends: of 16, 16, 4 and 8 bytes each. */
type PathsPart = {
  readonly ids: Buffer;
  /** A root's own id in the place of its parent's. */
  readonly parentIds: Buffer;
  readonly depths: Buffer;
  readonly engagements: Buffer;
};

/**
 * The posts of all paths from a root to a reply without replies that are deep enough, each once, however many paths it is
 * on: the posts at that depth or deeper, each of which is on such a path, and what is above them by their parents, a level
 * at a time. So the cost is one look at all places and that of the deep paths, not of all posts. `limit` of them at most.
 *
 * What is looked up is looked up in the order of the ids, near each other in their index, which takes less time than another
 * order. As lists, of which the planner expects few: it takes a recursive query for ten times what it is, and
 * reads all posts. Engagement comes from the index posts_post alone: posts are wide, and lie far apart.
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
 * The posts that some reply to, each once; all of these are of one depth, so no post comes twice. Looked up as one list:
 * from release 17 on Postgres goes through the index along it.
 */
const parentsOf = (posts: SQL): SQL => sql`
  (select array_agg(parent_id) as ids, min(depth) as depth
    from (select distinct parent_id, depth from ${posts} order by parent_id offset 0) replies) replied,
  lateral (
    select post_id, parent_id, depth, stream_id from known_posts
    where post_id = any(replied.ids) and depth < replied.depth offset 0
  ) parent`;

/**
 * The own posts of a stream below which there is a deep path. Apart from the recursion, which a cluster does not take into a
 * query that reads posts.
 */
const ownRoots = (streamId: number | null, minDepth: number): SQL =>
  streamId === null
    ? sql``
    : sql`own_roots as materialized (
        select p.post_id from posts p where p.stream_id = ${streamId} and p.own
          and p.post_id in (select k.root_id from known_posts k where k.depth > 0 and k.depth >= ${minDepth})),`;

/** The posts by depth, those of one depth by their ids, as they came. */
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

/** The places of numbers from 0 on, by the number, those of equal ones in their order: counted, not compared. */
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
