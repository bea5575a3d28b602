import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { impressionsOf } from '../../db/impressions.ts';
import { joinedList, storedLists } from '../../shared/stored-lists.ts';
import type { Database } from '../../db/client.ts';
import { withDates } from '../../db/with-dates.ts';
import type { AuthorRow } from '../author/query.ts';
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

/** A post as resolvers read it. */
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
  /** The author as the stream knows them, when they were read with the post. */
  readonly author?: AuthorRow;
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
  /** The sort value of the requested order; null when it sorts by time. */
  readonly rank: number | null;
  /** From when on hits of the search are ranked, when not all are (see `relevance.ts`). */
  readonly rankedFrom?: string;
};

/** The impressions of a row `p` of posts, or of their history, with the ratio of its stream `home`. */
export const anyImpressions: SQL = impressionsOf(sql`p`, sql`home.impressions_per_reaction`);

const metricColumns: SQL = sql`p.observed_at as "observedAt",
  p.likes::float8 as likes, p.reposts::float8 as reposts, p.replies::float8 as replies,
  p.quotes::float8 as quotes, p.bookmarks::float8 as bookmarks,
  ${anyImpressions} as impressions, p.impressions_estimated as "impressionsEstimated"`;

/** The columns that are read of a row `p` of posts and of its stream `home`. */
const postColumns: SQL = sql`p.stream_id as "streamId", p.post_id as "postId", p.platform_id as "platformId",
  home.platform,
  p.created_at as "createdAt", p.hour_unknown as "hourUnknown", p.collected_at as "collectedAt", ${metricColumns},
  p.engagement::float8 as engagement, p.sentiment, p.kind, p.provider, p.author_id as "authorId", p.text,
  p.language, p.parent_id as "parentId", p.quoted_id as "quotedId",
  p.reposted_id as "repostedId", ${sql.raw(storedLists(['hashtags', 'mentions', 'urls']))}, p.media, p.emotes,
  ${sql.raw(joinedList('badges'))} as badges, p.bits`;

/**
 * Matches a post `p` that has a figure with an index. It repeats the conditions in `db/tables/posts.ts`: otherwise no
 * index serves it.
 */
export const isRated: SQL = sql`(p.engagement is not null or p.impressions is not null)`;
/**
 * Matches a post `p` without such a figure. For posts on X, which have no `platform_id`, it is the condition of
 * `posts_unrated`.
 */
export const isUnrated: SQL = sql`p.engagement is null and p.impressions is null`;

/** Returns the posts that a condition on `p` selects. `tail` orders and limits them; `rank` is what it orders by. */
export async function selectPosts(
  db: Database,
  where: SQL,
  tail: SQL = sql``,
  rank: SQL = sql`null`,
): Promise<readonly PostRow[]> {
  return runPosts(db, postsStatement(where, tail, rank));
}

/** The arguments of `selectPosts`. */
export type PostSelection = { readonly where: SQL; readonly tail: SQL; readonly rank: SQL };

/**
 * Returns a statement of the posts of several selections. `tail` orders and limits all of them, by the names of
 * `PostRow`.
 */
export function postsStatementOfAll(parts: readonly PostSelection[], tail: SQL): SQL {
  const selections = parts.map((part) => sql`(${postsStatement(part.where, part.tail, part.rank)})`);
  return sql`${sql.join(selections, sql` union all `)} ${tail}`;
}

/** Returns a statement of the posts that a condition on `p` selects, for `toPosts`. `of`: rows of posts; default: all. */
export const postsStatement = (where: SQL, tail: SQL, rank: SQL = sql`null`, of: SQL = sql`posts`): SQL =>
  sql`select ${postColumns}, (${rank})::float8 as rank from ${of} p join streams home on home.stream_id = p.stream_id where ${where} ${tail}`;

/**
 * Adds the authors to a statement of posts, each as the post's stream knows them, so that they take no round trip of their own. `order` orders
 * the rows again, by the names of `PostRow`.
 */
export const withAuthors = (posts: SQL, order: SQL): SQL => sql`
  select page.*, a.handle as "authorHandle", a.display_name as "authorName", a.avatar_url as "authorAvatar"
  from (${posts}) page left join authors a on a.stream_id = page."streamId" and a.author_id = page."authorId" ${order}`;

/** Runs a statement of posts. */
export async function runPosts(db: Database, statement: SQL): Promise<readonly PostRow[]> {
  return toPosts(await db.rows<Record<string, unknown>>(statement));
}

/** Makes the rows of `postsStatement` posts, in place. */
export const toPosts = (rows: readonly Record<string, unknown>[]): readonly PostRow[] =>
  withDates<Record<string, unknown>>(rows, ['createdAt', 'collectedAt', 'observedAt']).map(toPost);

function toPost(row: Record<string, unknown>): PostRow {
  row.emotes = unpackEmotes(row.emotes as readonly StoredEmote[] | null);
  if (row.authorHandle != null) {
    const { platform, authorId, authorHandle: handle, authorName, authorAvatar } = row;
    row.author = { platform, authorId, handle, displayName: authorName, avatarUrl: authorAvatar };
  }
  return row as PostRow; // safe: postColumns and withAuthors name its keys
}

export type PostKeyPair = { readonly streamId: number; readonly postId: string };

/** Returns posts by stream and id, in one statement; unknown ones are left out. */
export function findPosts(db: Database, keys: readonly PostKeyPair[]): Promise<readonly PostRow[]> {
  return selectPosts(db, sql`(p.stream_id, p.post_id) in (${keyRows(keys)})`);
}

/** Returns the earlier metrics of posts, oldest first. */
export async function findHistory(
  db: Database,
  keys: readonly PostKeyPair[],
): Promise<readonly (MetricsRow & PostKeyPair)[]> {
  const rows = await db.rows<Record<string, unknown>>(sql`
    select p.stream_id as "streamId", p.post_id as "postId", ${metricColumns}
    from metric_history p join streams home on home.stream_id = p.stream_id
    where (p.stream_id, p.post_id) in (${keyRows(keys)}) order by p.observed_at`);
  return withDates(rows, ['observedAt']);
}

/** Returns posts by id, each from the stream that represents it (`db/tables/known-posts.ts`). */
export function findStandingPosts(db: Database, postIds: readonly string[]): Promise<readonly PostRow[]> {
  return selectPosts(
    db,
    sql`/* across streams: whoever stands for each */ (p.stream_id, p.post_id) in (select k.stream_id, k.post_id from known_posts k
      where k.post_id = any(${arrayOf(postIds)}::uuid[]))`,
  );
}

/**
 * Returns the depths of posts in their conversations, even when other streams have the posts above them. Leaves out a
 * post whose topmost known ancestor is not a root: that one replies to a post that was not collected, or to an
 * unknown one.
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

/**
 * Whether a post `p` without a known parent begins a conversation. Of some replies only the answered user is known,
 * not the post.
 */
export const isRoot: SQL = sql`p.kind <> 'REPLY'`;

/**
 * Returns a post of X by its platform id, from the stream that collected it last; null when none did. Probes the
 * primary key once for each stream.
 */
export async function findXPost(db: Database, platformId: string): Promise<PostRow | null> {
  const where = sql`/* across streams: whoever has it */ p.post_id = ${xKey(platformId)} and p.stream_id = any(array(select s.stream_id from streams s
    where s.platform = 'X'))`;
  const [post] = await selectPosts(db, where, sql`order by p.collected_at desc limit 1`);
  return post ?? null;
}

/**
 * Returns a chat message by its platform id, from the stream that collected it last; null when none did. The planner
 * expects the Bloom filter index (posts_platform_id) to match every page, so sequential scans are switched off.
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

/** A message that another one answers. The platform gives its id, which does not tell its key. */
export type Answered = {
  readonly streamId: number;
  readonly platformId: string;
  readonly answeredAt: number;
};

/** The longest time between a message and its answer, in milliseconds. */
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

/** Returns pairs as rows from two arrays: one statement for any number of pairs. */
function keyRows(keys: readonly PostKeyPair[]): SQL {
  const streams = arrayOf(keys.map((key) => key.streamId));
  const posts = arrayOf(keys.map((key) => key.postId));
  return sql`select * from unnest(${streams}::int[], ${posts}::uuid[])`;
}
