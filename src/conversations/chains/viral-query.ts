import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type PostsPart, shapeOf } from '../shape.ts';
import type { Paths } from './viral.ts';

/** Which paths are looked at. */
export type ViralScope = {
  /** Of conversations whose root is an own post of this stream; null: of all. */
  readonly streamId: number | null;
  /** Replies below the root, at least. */
  readonly minDepth: number;
};

/** Posts that one row of the answer tells of. */
const postsInRow = sql.raw('8192');

type PathsPart = PostsPart & { readonly depths: string; readonly engagements: string };

/**
 * The posts of all paths from a root to a reply without replies that are deep enough, each once, however many paths it is
 * on. They are found from below: deep posts by an index on the depth, of these the ones without replies, and what is
 * above them by their parents. So the cost is that of the deep paths, not of all that was stored. `limit` of them at most.
 * As lists, of which the planner expects few: it takes a recursive query for ten times what it is, and reads all posts.
 */
export async function loadDeepPaths(
  db: Database,
  { streamId, minDepth }: ViralScope,
  limit: number,
): Promise<Paths> {
  const parts = (await db.orm.execute(sql`
    with recursive path as (
      select k.post_id, k.parent_id, k.depth, k.stream_id from known_posts k
      where k.depth > 0 and k.depth >= ${minDepth} and ${isOfStream(streamId)} and not exists (
        select from known_posts reply where reply.parent_id = k.post_id and reply.depth > 0)
      union
      select k.post_id, k.parent_id, k.depth, k.stream_id
      from path, lateral (select * from known_posts where post_id = path.parent_id offset 0) k where path.depth > 0
    ), lists as materialized (
      select array_agg(post_id) as ids, array_agg(parent_id) as parents, array_agg(depth) as depths,
        array_agg(stream_id) as streams
      from (select * from path order by depth, post_id limit ${limit}) p
    )
    select string_agg(c.post_id::text, ',' order by c.place) as ids,
      string_agg(case when c.depth = 0 then '' else c.parent_id::text end, ',' order by c.place) as "parentIds",
      string_agg(c.depth::text, ',' order by c.place) as depths,
      string_agg(coalesce(p.engagement, 0)::text, ',' order by c.place) as engagements
    from lists, unnest(ids, parents, depths, streams)
        with ordinality as c (post_id, parent_id, depth, stream_id, place)
      join posts p on p.stream_id = c.stream_id and p.post_id = c.post_id
    group by c.place / ${postsInRow} order by c.place / ${postsInRow}`)) as unknown as readonly PathsPart[];
  return {
    ...(await shapeOf(parts)),
    depths: Int32Array.from(parts.flatMap(({ depths }) => numbersOf(depths))),
    engagements: Float64Array.from(parts.flatMap(({ engagements }) => numbersOf(engagements))),
  };
}

const numbersOf = (text: string) => JSON.parse(`[${text}]`) as number[]; // safe: Postgres joined numbers

const isOfStream = (streamId: number | null): SQL =>
  streamId === null
    ? sql`true`
    : sql`exists (select from posts root where root.stream_id = ${streamId} and root.post_id = k.root_id and root.own)`;
