import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { withDates } from '../../db/with-dates.ts';
import { hourMs } from '../../shared/instant.ts';
import { timeRange, xKey } from '../../shared/post-key.ts';
import { type StoredEmote, unpackEmotes } from '../../shared/stored-emotes.ts';
import { everyColumn, metricsList, type PostColumns, selectList } from './columns.ts';
import type { MetricsRow, PostRow } from './row.ts';

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

/** A selection of posts. */
export type PostSelection = {
  /** A condition on `p`. */
  readonly where: SQL;
  /** Orders and limits the posts; by default nothing does. */
  readonly tail?: SQL;
  /** What `tail` orders by before the time; by default nothing. */
  readonly rank?: SQL;
  /** Rows of posts to select from; by default all. */
  readonly of?: SQL;
};

/** Returns a statement of the posts of a selection, for `toPosts`. */
export const postsStatement = (
  { where, tail = sql``, rank = sql`null`, of = sql`posts` }: PostSelection,
  columns: PostColumns = everyColumn,
): SQL =>
  sql`select ${selectList(columns)}, (${rank})::float8 as rank from ${of} p join streams home on home.stream_id = p.stream_id where ${where} ${tail}`;

/**
 * Returns a statement of the posts of several selections. `tail` orders and limits all of them, by the names of
 * `PostRow`.
 */
export function postsStatementOfAll(
  parts: readonly PostSelection[],
  tail: SQL,
  columns: PostColumns = everyColumn,
): SQL {
  const selections = parts.map((part) => sql`(${postsStatement(part, columns)})`);
  return sql`${sql.join(selections, sql` union all `)} ${tail}`;
}

/** Returns the posts of a selection. */
const selectPosts = (db: Database, selection: PostSelection): Promise<readonly PostRow[]> =>
  runPosts(db, postsStatement(selection));

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
  if (row.emotes !== undefined) row.emotes = unpackEmotes(row.emotes as readonly StoredEmote[] | null);
  if (row.authorHandle != null) {
    const { platform, authorId, authorHandle: handle, authorName, authorAvatar } = row;
    row.author = { platform, authorId, handle, displayName: authorName, avatarUrl: authorAvatar };
  }
  return row as PostRow; // safe: selectList and withAuthors name its keys; the caller reads only those that it asked for
}

export type PostKeyPair = { readonly streamId: number; readonly postId: string };

/** Returns posts by stream and id, in one statement; unknown ones are left out. */
export function findPosts(db: Database, keys: readonly PostKeyPair[]): Promise<readonly PostRow[]> {
  return selectPosts(db, { where: sql`(p.stream_id, p.post_id) in (${keyRows(keys)})` });
}

/** Returns the earlier metrics of posts, oldest first. */
export async function findHistory(
  db: Database,
  keys: readonly PostKeyPair[],
): Promise<readonly (MetricsRow & PostKeyPair)[]> {
  const rows = await db.rows<Record<string, unknown>>(sql`
    select p.stream_id as "streamId", p.post_id as "postId", ${metricsList}
    from metric_history p join streams home on home.stream_id = p.stream_id
    where (p.stream_id, p.post_id) in (${keyRows(keys)}) order by p.observed_at`);
  return withDates(rows, ['observedAt']);
}

/** Returns posts by id, each from the stream that represents it (`db/tables/known-posts.ts`). */
export function findStandingPosts(db: Database, postIds: readonly string[]): Promise<readonly PostRow[]> {
  const where = sql`/* across streams: whoever stands for each */ (p.stream_id, p.post_id) in (select k.stream_id, k.post_id from known_posts k
      where k.post_id = any(${arrayOf(postIds)}::uuid[]))`;
  return selectPosts(db, { where });
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
  const [post] = await selectPosts(db, { where, tail: sql`order by p.collected_at desc limit 1` });
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
  const parts = [...ofStreams].map(([streamId, own]) => ({ where: answeredIn(streamId, own) }));
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
