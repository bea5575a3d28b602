import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isRoot } from '../../entities/post/query.ts';
import { toIso } from '../../shared/instant.ts';
import type { Range } from '../../shared/range.ts';
import type { ReplyDepth } from './compute.ts';

/** Selects conversations. */
export type DepthScope = {
  /** Only those whose root is an own post of this stream; null: all. */
  readonly streamId: number | null;
  /** Only those whose root was posted in this range. */
  readonly range: Range;
};

/**
 * Counts the replies at each depth from 1, in order, of conversations with a collected root. Replies are counted by an
 * index alone (known_posts_thread); then each conversation's root is read once, even with many replies.
 */
export async function countReplyDepths(db: Database, scope: DepthScope): Promise<readonly ReplyDepth[]> {
  return db.rows<ReplyDepth>(sql`
    with counts as materialized (
      select root_id, depth, count(*) as posts from known_posts where depth > 0 group by root_id, depth
    ), roots as materialized (
      select c.depth, c.posts, r.post_id, r.stream_id from counts c join known_posts r on r.post_id = c.root_id
      where r.parent_id is null
    )
    select ${scope.streamId === null ? sql`/* across streams: all conversations */` : sql``}
      r.depth, sum(r.posts)::float8 as posts, count(*)::float8 as conversations
    from roots r join posts p on ${rootRow(scope)}
    where ${isRoot} and ${isIn(scope.range)}
    group by r.depth order by r.depth`);
}

/** The row of a root `r`: the stream's own, else the one that represents the post. */
const rootRow = ({ streamId }: DepthScope): SQL =>
  streamId === null
    ? sql`p.stream_id = r.stream_id and p.post_id = r.post_id`
    : sql`p.stream_id = ${streamId} and p.post_id = r.post_id and p.own`;

const isIn = ({ from, to }: Range): SQL =>
  sql.join(
    [
      sql`true`,
      ...(from === null ? [] : [sql`p.created_at >= ${toIso(from)}`]),
      ...(to === null ? [] : [sql`p.created_at < ${toIso(to)}`]),
    ],
    sql` and `,
  );
