import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { StreamKind } from '../../shared/stream-kind.ts';
import type { Database } from '../../db/client.ts';
import { withDates } from '../../db/with-dates.ts';
import { onePlan } from '../../db/prepared.ts';
import { minutesSince } from '../../shared/derivation.ts';
import { must } from '../../shared/errors.ts';
import type { Platform } from '../../shared/post.ts';
import { topicIdentity } from '../../shared/topic.ts';

/** A row of `streams` with its row of `accounts`. */
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
  /** Estimated impressions are (likes + reposts) times this. */
  readonly impressionsPerReaction: number;
  /**
   * Whether all of its messages are counted by minute. False for a chat that an older release stored, until its
   * rebuild has counted them.
   */
  readonly keepsMinutes: boolean;
  /** Milliseconds between refreshes; null without a schedule. */
  readonly trackEveryMs: number | null;
  readonly trackNextAt: Date | null;
  readonly platformId: string | null;
  /** The handle of an account, or the login of a channel. Null for a topic, as are the profile fields below. */
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
  /** When it was added. */
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

/** Returns the streams that a condition on `s` (streams) and `a` (accounts) selects. */
export async function selectStreams(
  db: Database,
  where: SQL,
  tail: SQL = sql``,
): Promise<readonly StreamRow[]> {
  const rows = await db.rows<Record<string, unknown>>(
    sql`select ${columns} from streams s left join accounts a on a.stream_id = s.stream_id where ${where} ${tail}`,
  );
  return withDates(rows, instants);
}

/** Returns the streams with these ids, in no order; unknown ids are left out. */
export const findStreams = (db: Database, ids: readonly number[]): Promise<readonly StreamRow[]> =>
  selectStreams(db, sql`${onePlan} s.stream_id = any(${arrayOf(ids)}::int[])`);

/** Returns the account with a handle, compared without case. When two had it, the one last seen with it. */
export async function findAccount(
  db: Database,
  platform: Platform,
  handle: string,
): Promise<StreamRow | null> {
  const key = handle.replace(/^@/, '').toLowerCase();
  return (await findAccounts(db, platform, [key])).get(key) ?? null;
}

/** Returns channels by login. When two had a login, the one last seen with it. Served by accounts_handle. */
export async function findChannels(
  db: Database,
  logins: readonly string[],
): Promise<ReadonlyMap<string, StreamRow>> {
  const rows = await selectStreams(
    db,
    sql`${onePlan} s.kind = 'CHANNEL' and s.platform = 'TWITCH' and lower(a.handle) = any(${arrayOf(logins)}::text[])`,
    // The map keeps the last row of a name.
    sql`order by a.observed_at, s.stream_id`,
  );
  return new Map(rows.map((row) => [must(row.handle, 'a channel has a login').toLowerCase(), row]));
}

/**
 * Returns accounts by handle, in lower case. When two had a handle, the one last seen with it. Served by
 * accounts_handle.
 */
export async function findAccounts(
  db: Database,
  platform: Platform,
  handles: readonly string[],
): Promise<ReadonlyMap<string, StreamRow>> {
  const rows = await selectStreams(
    db,
    sql`${onePlan} s.kind = 'ACCOUNT' and s.platform = ${platform} and lower(a.handle) = any(${arrayOf(handles)}::text[])`,
    // The map keeps the last row of a name.
    sql`order by a.observed_at, s.stream_id`,
  );
  return new Map(rows.map((row) => [must(row.handle, 'an account has a handle').toLowerCase(), row]));
}

/** Returns the topic of a parsed query, without regard to case; null when nothing was collected for it. */
export async function findTopic(db: Database, query: string): Promise<StreamRow | null> {
  const key = topicIdentity(query);
  return (await findTopics(db, [key])).get(key) ?? null;
}

/** Returns topics by their identities. */
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

/** Returns how many own posts of each stream were collected. Served by the primary key of tally_totals. */
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
  /** How many own posts have ever arrived. */
  readonly arrived: number;
  /** The ids of the last arrivals, at most 200, in the order of arrival. */
  readonly last: readonly string[];
};

/** Returns the arrivals of a stream; null when there is none. Both are in one row, so they belong together. */
export async function findArrivals(db: Database, streamId: number): Promise<Arrivals | null> {
  const rows = await db.rows<Arrivals>(sql`
    select s.arrived::float8 as arrived, s.arrivals as last from streams s
    where s.stream_id = ${streamId}`);
  return rows[0] ?? null;
}
