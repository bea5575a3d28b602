import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isRoot } from '../../entities/post/query.ts';
import { toIso } from '../../shared/instant.ts';
import type { Range } from '../../shared/range.ts';
import type { ReplyDepth } from './compute.ts';

/** Which conversations are counted. */
export type DepthScope = {
  /** Those whose root is an own post of this stream; null: all. */
  readonly streamId: number | null;
  /** Those whose root was posted in it. */
  readonly range: Range;
};

/**
 * How many replies stand at each depth from 1, in its order, of conversations whose root was collected. Replies are
 * counted by an index alone (known_posts_thread); then one look at the root of each conversation, however many replies it has.
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

/** The row of a root `r` that is looked at: the stream's own, else the one that stands for it. */
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
