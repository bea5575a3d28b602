import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { runTogether } from '../../db/together.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import type { PageRequest } from '../../shared/page.ts';

/** The orders of a list of conversations, with the API's descriptions. */
export const conversationOrders = {
  LARGEST: { description: 'Most posts first.' },
  DEEPEST: { description: 'The longest path first.' },
  ENGAGEMENT: { description: 'The highest engagement of all posts together first; unknown ones count as 0.' },
  NEWEST: { description: 'The newest root first.' },
} as const;
export type ConversationOrder = keyof typeof conversationOrders;

/** A conversation and its sort value; a time is in milliseconds since 1970. */
export type ListedRow = { readonly rootId: string; readonly rank: number };

type Ranked = Exclude<ConversationOrder, 'NEWEST' | 'ENGAGEMENT'>;

/** The sort value, from the replies `k` below a root `p`. */
const ranks: Readonly<Record<Ranked, SQL>> = {
  LARGEST: sql`count(*) + 1`,
  DEEPEST: sql`max(k.depth)`,
};

/**
 * The engagement of the stream's conversations. Replies belong to other streams, which a cluster has on other nodes:
 * they are found and summed before they are joined to the roots.
 */
const byEngagement = (streamId: number): SQL => sql`
  with member as materialized (
    select k.root_id, k.stream_id, k.post_id from known_posts k
    where k.depth > 0 and k.root_id in (select p.post_id from posts p where p.stream_id = ${streamId} and p.own)
  ), added as materialized (
    select /* across streams: replies are of many */ k.root_id, coalesce(sum(reply.engagement), 0) as engagement
    from member k join posts reply on reply.stream_id = k.stream_id and reply.post_id = k.post_id group by k.root_id
  )
  select p.post_id as root_id, added.engagement + coalesce(p.engagement, 0) as rank
  from posts p join added on added.root_id = p.post_id where p.stream_id = ${streamId} and p.own`;

/** Lists one page of conversations for each account, and one row more when there are more. */
export function listConversations(
  db: Database,
  streamIds: readonly number[],
  order: ConversationOrder,
  page: PageRequest,
): Promise<readonly (readonly ListedRow[])[]> {
  return runTogether<ListedRow>(
    db,
    streamIds.map((streamId) => statementOf(streamId, order, page)),
  );
}

/** Counts the conversations of each account. */
export async function countConversations(
  db: Database,
  streamIds: readonly number[],
): Promise<readonly number[]> {
  const rows = await runTogether<{ readonly count: number }>(
    db,
    streamIds.map(
      (streamId) => sql`select count(*)::float8 as count from posts p where ${beginsOne(streamId)}`,
    ),
  );
  return rows.map(([row]) => row?.count ?? 0);
}

export const conversationCursor =
  (order: ConversationOrder) =>
  ({ rootId, rank }: ListedRow): string =>
    encodeCursor([order, rank, rootId]);

/** The condition that `p` is an own post of the stream, the topmost known of its conversation, and has a reply. */
const beginsOne = (streamId: number): SQL => sql`p.stream_id = ${streamId} and p.own
  and p.post_id in (select k.root_id from known_posts k where k.depth > 0)`;

function statementOf(streamId: number, order: ConversationOrder, page: PageRequest): SQL {
  const direction = page.backwards ? sql`asc` : sql`desc`;
  const limit = sql`limit ${page.limit + 1}`;
  // The newest come from the index posts_created, with one probe for a reply each, so few posts are read.
  if (order === 'NEWEST') {
    const within = isWithin(order, page, sql`p.created_at`, (ms) => sql`to_timestamp(${ms}::float8 / 1000)`);
    return sql`select p.post_id as "rootId", (extract(epoch from p.created_at) * 1000)::float8 as rank from posts p
      where ${beginsOne(streamId)} and ${within}
      order by p.created_at ${direction}, p.post_id ${direction} ${limit}`;
  }
  const ranked =
    order === 'ENGAGEMENT'
      ? byEngagement(streamId)
      : sql`select p.post_id as root_id, ${ranks[order]} as rank
          from posts p join known_posts k on k.root_id = p.post_id and k.depth > 0
          where p.stream_id = ${streamId} and p.own group by p.post_id`;
  return sql`select root_id as "rootId", rank::float8 as rank from (${ranked}) c where ${isWithin(order, page, sql`rank`, (rank) => sql`${rank}::bigint`, sql`root_id`)}
    order by rank ${direction}, root_id ${direction} ${limit}`;
}

/** The condition that a conversation is between the cursors of a page. */
function isWithin(
  order: ConversationOrder,
  { after, before }: PageRequest,
  rank: SQL,
  toRank: (value: string | number | undefined) => SQL,
  id: SQL = sql`p.post_id`,
): SQL {
  const beside = (cursor: string, sign: SQL) => {
    const [value, rootId] = decodeCursor(cursor, order, ['bigint', 'uuid']);
    return sql`(${rank}, ${id}) ${sign} (${toRank(value)}, ${rootId}::uuid)`;
  };
  const parts = [sql`true`];
  if (after !== null) parts.push(beside(after, sql`<`));
  if (before !== null) parts.push(beside(before, sql`>`));
  return sql.join(parts, sql` and `);
}
