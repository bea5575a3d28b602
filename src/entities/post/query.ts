import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { impressionsOf } from '../../db/impressions.ts';
import { joinedList, storedLists } from '../../shared/stored-lists.ts';
import type { Database } from '../../db/client.ts';
import { hourMs } from '../../shared/instant.ts';
import { timeRange, xKey } from '../../shared/post-key.ts';
import type { ChatEmote, Media, Metrics, Platform, PostKind, ProviderName } from '../../shared/post.ts';
import { type StoredEmote, unpackEmotes } from '../../shared/stored-emotes.ts';

/** Metrics as they were at one time. */
export type MetricsRow = Metrics & {
  readonly observedAt: Date;
  /** Whether `impressions` is our estimate. */
  readonly impressionsEstimated: boolean;
};

/** A post as it is read. */
export type PostRow = MetricsRow & {
  readonly streamId: number;
  readonly postId: string;
  /** The platform's own id of a chat message; null on X, whose ids are in `postId`. */
  readonly platformId: string | null;
  readonly platform: Platform;
  readonly createdAt: Date;
  /** Whether only the day is known. */
  readonly hourUnknown: boolean;
  readonly collectedAt: Date;
  readonly engagement: number | null;
  /** Ten-thousandths. */
  readonly sentiment: number | null;
  readonly kind: PostKind;
  readonly provider: ProviderName;
  readonly authorId: string;
  readonly text: string;
  readonly language: string | null;
  readonly parentId: string | null;
  readonly quotedId: string | null;
  readonly repostedId: string | null;
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly urls: readonly string[];
  readonly media: readonly Media[] | null;
  readonly emotes: readonly ChatEmote[];
  readonly badges: readonly string[] | null;
  readonly bits: number;
  /** What the order asked for sorts by, where it is not the time. */
  readonly rank: number | null;
  /** From when on hits of the search are ranked, when not all are (`relevance.ts`). */
  readonly rankedFrom?: string;
};

/** The impressions of a row `p` of posts, or of their history, by the ratio of its stream, `home`. */
export const anyImpressions: SQL = impressionsOf(sql`p`, sql`home.impressions_per_reaction`);

const metricColumns: SQL = sql`p.observed_at as "observedAt",
  p.likes::float8 as likes, p.reposts::float8 as reposts, p.replies::float8 as replies,
  p.quotes::float8 as quotes, p.bookmarks::float8 as bookmarks,
  ${anyImpressions} as impressions, p.impressions_estimated as "impressionsEstimated"`;

/** What is read of a row `p` of posts, and of its stream, `home`. */
const postColumns: SQL = sql`p.stream_id as "streamId", p.post_id as "postId", p.platform_id as "platformId",
  home.platform,
  p.created_at as "createdAt", p.hour_unknown as "hourUnknown", p.collected_at as "collectedAt", ${metricColumns},
  p.engagement::float8 as engagement, p.sentiment, p.kind, p.provider, p.author_id as "authorId", p.text,
  p.language, p.parent_id as "parentId", p.quoted_id as "quotedId",
  p.reposted_id as "repostedId", ${sql.raw(storedLists(['hashtags', 'mentions', 'urls']))}, p.media, p.emotes,
  ${sql.raw(joinedList('badges'))} as badges, p.bits`;

/** Whether one of the figures with an index is known of a post `p`: as in `db/tables/posts.ts`, or no index serves. */
export const isRated: SQL = sql`(p.engagement is not null or p.impressions is not null)`;
/** Where no such figure is. Of posts on X, which have no `platform_id`, it is the condition of `posts_unrated`. */
export const isUnrated: SQL = sql`p.engagement is null and p.impressions is null`;

/** The posts that a condition on `p` selects; `tail` orders and limits them, `rank` is what it orders by. */
export async function selectPosts(
  db: Database,
  where: SQL,
  tail: SQL = sql``,
  rank: SQL = sql`null`,
): Promise<readonly PostRow[]> {
  return runPosts(db, postsStatement(where, tail, rank));
}

/** What `selectPosts` takes. */
export type PostSelection = { readonly where: SQL; readonly tail: SQL; readonly rank: SQL };

/** As `postsStatement`, of several selections; `tail` orders and limits them together, by the names of `PostRow`. */
export function postsStatementOfAll(parts: readonly PostSelection[], tail: SQL): SQL {
  const selections = parts.map((part) => sql`(${postsStatement(part.where, part.tail, part.rank)})`);
  return sql`${sql.join(selections, sql` union all `)} ${tail}`;
}

/** A statement of the posts that a condition on `p` selects, as `toPosts` reads them. `of`: rows of posts; default: all. */
export const postsStatement = (where: SQL, tail: SQL, rank: SQL = sql`null`, of: SQL = sql`posts`): SQL =>
  sql`select ${postColumns}, (${rank})::float8 as rank from ${of} p join streams home on home.stream_id = p.stream_id where ${where} ${tail}`;

/** Runs a statement of posts. */
export async function runPosts(db: Database, statement: SQL): Promise<readonly PostRow[]> {
  return toPosts(await db.rows<Record<string, unknown>>(statement));
}

/** Returns the rows of `postsStatement` as posts. */
export const toPosts = (rows: readonly Record<string, unknown>[]): readonly PostRow[] => rows.map(toPost);

function toPost(row: Record<string, unknown>): PostRow {
  return {
    ...row,
    emotes: unpackEmotes(row.emotes as readonly StoredEmote[] | null),
    createdAt: new Date(row.createdAt as string),
    collectedAt: new Date(row.collectedAt as string),
    observedAt: new Date(row.observedAt as string),
  } as PostRow; // safe: postColumns names its keys
}

export type PostKeyPair = { readonly streamId: number; readonly postId: string };

/** Posts by stream and id, in one statement; those that are not there are left out. */
export function findPosts(db: Database, keys: readonly PostKeyPair[]): Promise<readonly PostRow[]> {
  return selectPosts(db, sql`(p.stream_id, p.post_id) in (${keyRows(keys)})`);
}

/** Earlier metrics of posts, oldest first. */
export async function findHistory(
  db: Database,
  keys: readonly PostKeyPair[],
): Promise<readonly (MetricsRow & PostKeyPair)[]> {
  const rows = await db.rows<
    Omit<MetricsRow, 'observedAt'> & PostKeyPair & { readonly observedAt: string }
  >(sql`
    select p.stream_id as "streamId", p.post_id as "postId", ${metricColumns}
    from metric_history p join streams home on home.stream_id = p.stream_id
    where (p.stream_id, p.post_id) in (${keyRows(keys)}) order by p.observed_at`);
  return rows.map((row) => ({ ...row, observedAt: new Date(row.observedAt) }));
}

/** Posts by their ids, each as the stream has it that stands for it (`db/tables/known-posts.ts`). */
export function findStandingPosts(db: Database, postIds: readonly string[]): Promise<readonly PostRow[]> {
  return selectPosts(
    db,
    sql`/* across streams: whoever stands for each */ (p.stream_id, p.post_id) in (select k.stream_id, k.post_id from known_posts k
      where k.post_id = any(${arrayOf(postIds)}::uuid[]))`,
  );
}

/**
 * How deep posts stand in their conversations, whatever streams have the posts above them. A post is left out when the
 * topmost that is known is no root: it replies to a post that was not collected, or to nobody knows which.
 */
export async function findDepths(
  db: Database,
  postIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.rows<{ readonly postId: string; readonly depth: number }>(sql`
    with placed as materialized (
      select k.post_id, k.depth, r.post_id as root_id, r.stream_id
      from known_posts k join known_posts r on r.post_id = k.root_id
      where k.post_id = any(${arrayOf(postIds)}::uuid[]) and r.parent_id is null
    )
    select /* across streams: roots are of many */ r.post_id as "postId", r.depth
    from placed r join posts p on p.stream_id = r.stream_id and p.post_id = r.root_id where ${isRoot}`);
  return new Map(rows.map((row) => [row.postId, row.depth]));
}

/** Whether a post `p` that is said to reply to nothing begins a conversation. Of some replies it is only known whom they answer. */
export const isRoot: SQL = sql`p.kind <> 'REPLY'`;

/**
 * A post of X by the platform's id, from the stream that collected it last; null when none did. A probe of the primary
 * key for each stream.
 */
export async function findXPost(db: Database, platformId: string): Promise<PostRow | null> {
  const where = sql`/* across streams: whoever has it */ p.post_id = ${xKey(platformId)} and p.stream_id = any(array(select s.stream_id from streams s
    where s.platform = 'X'))`;
  const [post] = await selectPosts(db, where, sql`order by p.collected_at desc limit 1`);
  return post ?? null;
}

/**
 * A chat message by the platform's id, from the stream that collected it last; null when none did. Of the index of Bloom filters
 * (posts_platform_id) the planner believes that it leads to every page, so it has to be told not to read the table instead.
 */
export async function findMessage(db: Database, platformId: string): Promise<PostRow | null> {
  const keys = await db.sql.begin(async (tx) => {
    // It is the workers that read.
    if (db.isDistributed) await tx`set local citus.propagate_set_commands = 'local'`;
    await tx`set local enable_seqscan = off`;
    return tx<PostKeyPair[]>`
      select /* across streams: its channel is not known */ stream_id as "streamId", post_id as "postId" from posts where platform_id = ${platformId}`;
  });
  if (keys.length === 0) return null;
  const found = await findPosts(db, keys);
  return found.toSorted((a, b) => b.collectedAt.getTime() - a.collectedAt.getTime())[0] ?? null;
}

/** A message that another one answers: by the platform's id, which does not tell its key. */
export type Answered = {
  readonly streamId: number;
  readonly platformId: string;
  readonly answeredAt: number;
};

/** How long before its answer a message is looked for, in milliseconds. */
const answeredWithinMs = hourMs;

/**
 * The messages that others answer, of those that a channel has from the hour before the answer: for each a walk back along
 * the primary key until it is found. One arm a stream: a cluster refuses a walk over a list of streams.
 */
export async function findAnswered(db: Database, answered: readonly Answered[]): Promise<readonly PostRow[]> {
  const ofStreams = new Map<number, Answered[]>();
  for (const each of answered) {
    const own = ofStreams.get(each.streamId);
    if (own === undefined) ofStreams.set(each.streamId, [each]);
    else own.push(each);
  }
  const parts = [...ofStreams].map(([streamId, own]) => ({
    where: answeredIn(streamId, own),
    tail: sql``,
    rank: sql`null`,
  }));
  return runPosts(db, postsStatementOfAll(parts, sql``));
}

/** The condition on `p` for the messages of one stream that others answer. */
function answeredIn(streamId: number, answered: readonly Answered[]): SQL {
  const ids = arrayOf(answered.map(({ platformId }) => platformId));
  const lows = arrayOf(answered.map(({ answeredAt }) => String(timeRange(answeredAt - answeredWithinMs)[0])));
  const highs = arrayOf(answered.map(({ answeredAt }) => String(timeRange(answeredAt)[1])));
  return sql`p.stream_id = ${streamId} and p.post_id in (
    select found.post_id from unnest(${ids}::uuid[], ${lows}::uuid[], ${highs}::uuid[]) as k (platform_id, low, high),
    lateral (select q.post_id from posts q where q.stream_id = ${streamId} and q.post_id between k.low and k.high
      and q.platform_id = k.platform_id order by q.post_id desc limit 1) found)`;
}

/** Pairs as rows, sent as two arrays: one statement, whatever their number. */
function keyRows(keys: readonly PostKeyPair[]): SQL {
  const streams = arrayOf(keys.map((key) => key.streamId));
  const posts = arrayOf(keys.map((key) => key.postId));
  return sql`select * from unnest(${streams}::int[], ${posts}::uuid[])`;
}
