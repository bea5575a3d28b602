import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { StreamKind } from '../../shared/stream-kind.ts';
import type { Database } from '../../db/client.ts';
import { onePlan } from '../../db/prepared.ts';
import { minutesSince } from '../../shared/derivation.ts';
import { must } from '../../shared/errors.ts';
import type { Platform } from '../../shared/post.ts';
import { topicIdentity } from '../../shared/topic.ts';

/** A row of `streams` with what `accounts` says of it. */
export type StreamRow = {
  readonly streamId: number;
  readonly kind: StreamKind;
  readonly platform: Platform;
  readonly title: string;
  readonly version: number;
  readonly demo: boolean;
  readonly fetchedAt: Date | null;
  readonly earliestPostAt: Date | null;
  readonly latestPostAt: Date | null;
  /** What the estimate of impressions multiplies likes + reposts by. */
  readonly impressionsPerReaction: number;
  /** Whether all of its messages are counted by the minute: not until a rebuild has done so, of a chat that an older release stored. */
  readonly keepsMinutes: boolean;
  /** Milliseconds between refreshes; null where there is no schedule. */
  readonly trackEveryMs: number | null;
  readonly trackNextAt: Date | null;
  readonly platformId: string | null;
  /** Of an account, or the login of a channel. Null for a topic, as is all that follows of who it is. */
  readonly handle: string | null;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly avatarUrl: string | null;
  readonly verified: boolean | null;
  readonly protected: boolean | null;
  readonly joinedAt: Date | null;
  readonly followers: number | null;
  readonly following: number | null;
  readonly reportedPosts: number | null;
  /** When it was added: the order of lists. */
  readonly createdAt: Date;
};

const columns = sql`s.stream_id as "streamId", s.kind, s.platform, s.title, s.version::float8 as version, s.demo,
  s.fetched_at as "fetchedAt", s.earliest_post_at as "earliestPostAt", s.latest_post_at as "latestPostAt",
  s.impressions_per_reaction as "impressionsPerReaction",
  (s.kind = 'CHANNEL' and s.derivation >= ${minutesSince} and s.derived_version = s.version
    and not exists (select from rebuilds r where r.stream_id = s.stream_id and r.reached is null)) as "keepsMinutes",
  s.created_at as "createdAt", s.track_every_ms::float8 as "trackEveryMs", s.track_next_at as "trackNextAt",
  a.platform_id as "platformId", a.handle, a.display_name as "displayName", a.description,
  a.avatar_url as "avatarUrl", a.verified, a.protected, a.joined_at as "joinedAt", a.followers::float8 as followers,
  a.following::float8 as following, a.reported_posts::float8 as "reportedPosts"`;

const instants = [
  'fetchedAt',
  'earliestPostAt',
  'latestPostAt',
  'createdAt',
  'joinedAt',
  'trackNextAt',
] as const;

/** The streams that a condition on `s` (streams) and `a` (accounts) selects. */
export async function selectStreams(
  db: Database,
  where: SQL,
  tail: SQL = sql``,
): Promise<readonly StreamRow[]> {
  const rows = await db.rows<Record<string, unknown>>(
    sql`select ${columns} from streams s left join accounts a on a.stream_id = s.stream_id where ${where} ${tail}`,
  );
  return rows.map((row) => {
    const dates = instants.map((name) => [name, row[name] === null ? null : new Date(row[name] as string)]);
    return { ...row, ...Object.fromEntries(dates) } as StreamRow; // safe: the select list above names its keys
  });
}

/** The streams with these ids that there are, in no order. */
export const findStreams = (db: Database, ids: readonly number[]): Promise<readonly StreamRow[]> =>
  selectStreams(db, sql`${onePlan} s.stream_id = any(${arrayOf(ids)}::int[])`);

/** The account of a handle, compared without case; of two that bore it the one last seen with it. */
export async function findAccount(
  db: Database,
  platform: Platform,
  handle: string,
): Promise<StreamRow | null> {
  const key = handle.replace(/^@/, '').toLowerCase();
  return (await findAccounts(db, platform, [key])).get(key) ?? null;
}

/** The channels of logins, by these; of two that bore one the one last seen with it. By accounts_handle. */
export async function findChannels(
  db: Database,
  logins: readonly string[],
): Promise<ReadonlyMap<string, StreamRow>> {
  const rows = await selectStreams(
    db,
    sql`${onePlan} s.kind = 'CHANNEL' and s.platform = 'TWITCH' and lower(a.handle) = any(${arrayOf(logins)}::text[])`,
    // The last to be set stays.
    sql`order by a.observed_at, s.stream_id`,
  );
  return new Map(rows.map((row) => [must(row.handle, 'a channel has a login').toLowerCase(), row]));
}

/** The accounts of handles in lower case, by these; of two that bore one the one last seen with it. By accounts_handle. */
export async function findAccounts(
  db: Database,
  platform: Platform,
  handles: readonly string[],
): Promise<ReadonlyMap<string, StreamRow>> {
  const rows = await selectStreams(
    db,
    sql`${onePlan} s.kind = 'ACCOUNT' and s.platform = ${platform} and lower(a.handle) = any(${arrayOf(handles)}::text[])`,
    // The last to be set stays.
    sql`order by a.observed_at, s.stream_id`,
  );
  return new Map(rows.map((row) => [must(row.handle, 'an account has a handle').toLowerCase(), row]));
}

/** The topic of a query that was parsed, whatever its case; null where nothing was collected of it. */
export async function findTopic(db: Database, query: string): Promise<StreamRow | null> {
  const key = topicIdentity(query);
  return (await findTopics(db, [key])).get(key) ?? null;
}

/** The topics of identities, by these. */
export async function findTopics(
  db: Database,
  identities: readonly string[],
): Promise<ReadonlyMap<string, StreamRow>> {
  const rows = await selectStreams(
    db,
    sql`${onePlan} s.kind = 'TOPIC' and s.platform = 'X' and s.identity = any(${arrayOf(identities)}::text[])`,
  );
  return new Map(rows.map((row) => [topicIdentity(row.title), row]));
}

/** How many own posts of streams were collected, by stream. Served by tally_totals' primary key. */
export async function countCollected(
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.rows<{ readonly streamId: number; readonly posts: number }>(sql`
    select stream_id as "streamId", sum(posts)::float8 as posts from tally_totals
    where stream_id = any(${arrayOf(ids)}::int[]) and dimension = 'PROVIDER'
    group by stream_id`);
  return new Map(rows.map((row) => [row.streamId, row.posts]));
}

type Arrivals = {
  /** How many own posts ever came in. */
  readonly arrived: number;
  /** The ids of the last of them, at most 200, in the order in which they came. */
  readonly last: readonly string[];
};

/** What came in of a stream; null where there is none. One row by its key: the two belong together. */
export async function findArrivals(db: Database, streamId: number): Promise<Arrivals | null> {
  const rows = await db.rows<Arrivals>(sql`
    select s.arrived::float8 as arrived, s.arrivals as last from streams s
    where s.stream_id = ${streamId}`);
  return rows[0] ?? null;
}
