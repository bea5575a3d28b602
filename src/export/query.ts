import type { TransactionSql } from 'postgres';
import { joinedList, storedLists } from '../shared/stored-lists.ts';
import { impressionsPerReaction } from '../shared/metrics.ts';
import { toIso } from '../shared/instant.ts';
import type { Media, Platform } from '../shared/post.ts';
import type { Range } from '../shared/range.ts';
import type { StoredEmote } from '../shared/stored-emotes.ts';

/** The exported stream. */
export type ExportedStream = {
  readonly streamId: number;
  readonly kind: string;
  readonly platform: Platform;
  readonly title: string;
  /** Null unless it is an account. */
  readonly handle: string | null;
  /** The estimate of impressions multiplies likes + reposts by this. */
  readonly ratio: number;
};

/** Finds the stream; null when there is none. */
export async function findStream(tx: TransactionSql, streamId: number): Promise<ExportedStream | null> {
  const rows = await tx<ExportedStream[]>`
    select s.stream_id as "streamId", s.kind, s.platform, s.title, a.handle, s.impressions_per_reaction as ratio
    from streams s left join accounts a on a.stream_id = s.stream_id where s.stream_id = ${streamId}`;
  return rows[0] ?? null;
}

/** A post with its author. */
export type PostRow = {
  readonly postId: string;
  /** The platform's id of a chat message; null on X. */
  readonly platformId: string | null;
  readonly createdAt: Date;
  /** The same as text, to the microsecond, for the start of the next page. */
  readonly createdText: string;
  readonly hourUnknown: boolean;
  readonly collectedAt: Date;
  readonly observedAt: Date;
  readonly likes: number | null;
  readonly reposts: number | null;
  readonly replies: number | null;
  readonly quotes: number | null;
  readonly bookmarks: number | null;
  readonly engagement: number | null;
  readonly impressions: number | null;
  readonly impressionsEstimated: boolean;
  readonly bits: number;
  readonly sentiment: number | null;
  readonly own: boolean;
  readonly kind: string;
  readonly provider: string;
  readonly authorId: string;
  readonly handle: string | null;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  readonly text: string;
  readonly language: string | null;
  readonly client: string | null;
  readonly replyTo: string | null;
  readonly repostOf: string | null;
  readonly parentId: string | null;
  readonly quotedId: string | null;
  readonly repostedId: string | null;
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly cashtags: readonly string[];
  readonly urls: readonly string[];
  readonly domains: readonly string[];
  readonly emoji: readonly string[];
  readonly words: readonly string[];
  readonly media: readonly Media[] | null;
  readonly emotes: readonly StoredEmote[] | null;
  readonly badges: readonly string[] | null;
};

/** Counts a stream's posts in a range, including those by others. Uses the index posts_created. */
export async function countPosts(tx: TransactionSql, streamId: number, range: Range): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    select count(*)::float8 as count from posts p where p.stream_id = ${streamId} and ${isWithin(tx, range)}`;
  return row?.count ?? 0;
}

/** The post after which a page begins. */
type Beginning = Pick<PostRow, 'createdText' | 'postId'>;

/** Lists a stream's posts after another post, oldest first: a range scan of posts_created, and authors by their key. */
export async function listPosts(
  tx: TransactionSql,
  { streamId, ratio }: ExportedStream,
  {
    range,
    after,
    limit,
  }: { readonly range: Range; readonly after: Beginning | null; readonly limit: number },
): Promise<readonly PostRow[]> {
  const beyond =
    after === null
      ? tx``
      : tx`and (p.created_at, p.post_id) > (${after.createdText}::timestamptz, ${after.postId}::uuid)`;
  return tx<PostRow[]>`
    select p.post_id as "postId", p.platform_id as "platformId", p.created_at as "createdAt", p.created_at::text as "createdText",
      p.hour_unknown as "hourUnknown", p.collected_at as "collectedAt", p.observed_at as "observedAt",
      p.likes::float8, p.reposts::float8, p.replies::float8, p.quotes::float8, p.bookmarks::float8,
      p.engagement::float8, p.impressions_estimated as "impressionsEstimated",
      case when p.impressions_estimated then p.impressions::float8 * ${ratio}::int / ${impressionsPerReaction}::int
        else p.impressions::float8 end as impressions,
      p.bits, p.sentiment, p.own, p.kind, p.provider, p.author_id as "authorId", a.handle,
      a.display_name as "displayName", a.avatar_url as "avatarUrl", p.text, p.language, p.client,
      p.reply_to as "replyTo", p.repost_of as "repostOf", p.parent_id as "parentId", p.quoted_id as "quotedId",
      p.reposted_id as "repostedId",
      ${tx.unsafe(storedLists())}, p.media, p.emotes, ${tx.unsafe(joinedList('badges'))} as badges
    from posts p left join authors a on a.stream_id = p.stream_id and a.author_id = p.author_id
    where p.stream_id = ${streamId} and ${isWithin(tx, range)} ${beyond}
    order by p.created_at, p.post_id limit ${limit}`;
}

/** A post's position in its conversation. */
export type Place = { readonly rootId: string; readonly depth: number };

/**
 * Finds the positions of posts in their conversations, by post; leaves out posts with an unknown root. Uses the primary
 * keys of the registry and of the root's row. A separate statement, because on a cluster the registry is on another
 * node than the posts.
 */
export async function findPlaces(
  tx: TransactionSql,
  postIds: readonly string[],
): Promise<ReadonlyMap<string, Place>> {
  const rows = await tx<(Place & { readonly postId: string })[]>`
    with placed as materialized (
      select k.post_id, k.depth, r.post_id as root_id, r.stream_id
      from known_posts k join known_posts r on r.post_id = k.root_id
      where k.post_id = any(${postIds as string[]}::uuid[]) and r.parent_id is null
    )
    select /* across streams: roots are of many */ r.post_id as "postId", r.root_id as "rootId", r.depth
    from placed r join posts p on p.stream_id = r.stream_id and p.post_id = r.root_id
    -- A reply to an unknown post is not a root.
    where p.kind <> 'REPLY'`; // safe: it is only read
  return new Map(rows.map(({ postId, ...place }) => [postId, place]));
}

function isWithin(tx: TransactionSql, { from, to }: Range) {
  const since = from === null ? tx`true` : tx`p.created_at >= ${toIso(from)}::timestamptz`;
  const until = to === null ? tx`true` : tx`p.created_at < ${toIso(to)}::timestamptz`;
  return tx`${since} and ${until}`;
}
