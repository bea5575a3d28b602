import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { PathPart } from './viral.ts';

/** Which paths are looked at. */
export type ViralScope = {
  /** Of conversations whose root is an own post of this stream; null: of all. */
  readonly streamId: number | null;
  /** Replies below the root, at least. */
  readonly minDepth: number;
};

/** Posts that one row of the answer tells of. */
const postsInRow = sql.raw('8192');

/**
 * The posts of all paths from a root to a reply without replies that are deep enough, each once, however many paths it is
 * on. They are found from below: deep posts by an index on the depth, of these the ones without replies, and what is
 * above them by their parents. So the cost is that of the deep paths, not of all that was stored. Numbered so that a post
 * comes before its replies, thousands in a row: JavaScript reads lists of numbers some ten times as fast as rows of them.
 */
export async function loadDeepPaths(
  db: Database,
  { streamId, minDepth }: ViralScope,
  limit: number,
): Promise<readonly PathPart[]> {
  return (await db.orm.execute(sql`
    with recursive path as (
      select k.post_id, k.parent_id, k.depth, k.stream_id from known_posts k
      where k.depth > 0 and k.depth >= ${minDepth} and ${isOfStream(streamId)} and not exists (
        select from known_posts reply where reply.parent_id = k.post_id and reply.depth > 0)
      union
      select k.post_id, k.parent_id, k.depth, k.stream_id
      from path, lateral (select * from known_posts where post_id = path.parent_id offset 0) k where path.depth > 0
    ), numbered as materialized (
      select path.*, row_number() over (order by depth, post_id) - 1 as place from path
      limit ${limit}
    )
    select string_agg(c.post_id::text, ',' order by c.place) as ids,
      string_agg(coalesce(above.place, -1)::text, ',' order by c.place) as parents,
      string_agg(c.depth::text, ',' order by c.place) as depths,
      string_agg(coalesce(p.engagement, 0)::text, ',' order by c.place) as engagements
    from numbered c join posts p on p.stream_id = c.stream_id and p.post_id = c.post_id
      left join numbered above on above.post_id = c.parent_id and c.depth > 0
    group by c.place / ${postsInRow} order by c.place / ${postsInRow}`)) as unknown as readonly PathPart[];
}

const isOfStream = (streamId: number | null): SQL =>
  streamId === null
    ? sql`true`
    : sql`exists (select from posts root where root.stream_id = ${streamId} and root.post_id = k.root_id and root.own)`;
