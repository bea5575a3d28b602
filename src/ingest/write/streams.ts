import type { Sql, TransactionSql } from 'postgres';
import { streamNotice } from '../../db/changes.ts';
import { must } from '../../shared/errors.ts';
import { toIso } from '../../shared/instant.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { topicIdentity } from '../../shared/topic.ts';
import { storableProfile } from '../enrich/storable.ts';
import { authorKey } from './row.ts';

type Tx = Sql | TransactionSql;

/**
 * The stream of an account, made when it is new. An account is known by the platform's id; one that was known by
 * its handle only is recognised, and takes the id, when a source tells it.
 */
export async function findOrCreateAccount(
  sql: Sql,
  described: AccountProfile,
  options: { readonly demo?: boolean } = {},
): Promise<number> {
  const profile = storableProfile(described);
  return sql.begin(async (tx) => {
    const byHandle = `handle:${profile.handle.toLowerCase()}`;
    const identity = profile.platformId === null ? byHandle : `id:${profile.platformId}`;
    // Serialises the search and the insert of one account; two different ones do not wait for each other.
    await tx`select pg_advisory_xact_lock(hashtext(${`${profile.platform} ${profile.handle.toLowerCase()}`}))`;
    const found = await findStream(tx, profile, identity, byHandle);
    if (found === null) return createStream(tx, profile, identity, options.demo ?? false);
    if (found.identity === byHandle && identity !== byHandle)
      await learnId(tx, found.streamId, profile, identity);
    return found.streamId;
  });
}

/** The stream of a topic, made when it is new and then called as the query is written. */
export async function findOrCreateTopic(sql: Sql, query: string): Promise<number> {
  // The update changes nothing: without one, a row that is there already would not be returned.
  const rows = await sql<{ streamId: number }[]>`
    insert into streams as s (kind, platform, identity, title)
    values ('TOPIC', 'X', ${topicIdentity(query)}, ${query})
    on conflict (kind, platform, identity) do update set title = s.title
    returning stream_id as "streamId"`;
  return must(rows[0], 'an upsert returns its row').streamId;
}

type Found = { readonly streamId: number; readonly identity: string };

async function findStream(
  tx: Tx,
  profile: AccountProfile,
  identity: string,
  byHandle: string,
): Promise<Found | null> {
  const rows = await tx<Found[]>`
    select s.stream_id as "streamId", s.identity from streams s
    left join accounts a on a.stream_id = s.stream_id
    where s.kind = 'ACCOUNT' and s.platform = ${profile.platform}
      and (s.identity in (${identity}, ${byHandle})
        or ${profile.platformId === null} and lower(a.handle) = ${profile.handle.toLowerCase()})
    order by s.identity = ${identity} desc, a.observed_at desc nulls last
    limit 1`;
  return rows[0] ?? null;
}

async function createStream(
  tx: Tx,
  profile: AccountProfile,
  identity: string,
  demo: boolean,
): Promise<number> {
  const rows = await tx<{ streamId: number }[]>`
    insert into streams (kind, platform, identity, title, demo)
    values ('ACCOUNT', ${profile.platform}, ${identity}, ${`@${profile.handle}`}, ${demo})
    on conflict (kind, platform, identity) do update set title = excluded.title
    returning stream_id as "streamId"`;
  const { streamId } = must(rows[0], 'an upsert returns its row');
  await saveProfile(tx, streamId, profile);
  return streamId;
}

/** The owner's posts were keyed by the handle while the id was unknown. */
async function learnId(tx: Tx, streamId: number, profile: AccountProfile, identity: string): Promise<void> {
  const old = authorKey({ platformId: null, handle: profile.handle });
  const id = authorKey(profile);
  await tx`
    update streams set identity = ${identity}, version = version + 1 where stream_id = ${streamId}
    returning ${tx.unsafe(streamNotice)}`;
  await tx`update posts set author_id = ${id} where stream_id = ${streamId} and author_id = ${old}`;
  await tx`update authors set author_id = ${id} where stream_id = ${streamId} and author_id = ${old}`;
  const author = tx`stream_id = ${streamId} and dimension = 'AUTHOR'`;
  await tx`update tally_totals set value = ${id} where ${author} and value = ${old}`;
  await tx`update tally_months set "values" = array_replace("values", ${old}, ${id}) where ${author}`;
}

/** Keeps what the newest source says of the account; what it does not say stays as it was. */
export async function saveProfile(tx: Tx, streamId: number, described: AccountProfile): Promise<void> {
  const profile = storableProfile(described);
  const at = (instant: number | null) => (instant === null ? null : toIso(instant));
  const { platformId, handle, displayName, description, avatarUrl, verified, followers, following } = profile;
  await tx`
    insert into accounts as a (stream_id, platform_id, handle, display_name, description, avatar_url, verified, protected,
      joined_at, followers, following, reported_posts, observed_at)
    values (${streamId}, ${platformId}, ${handle}, ${displayName}, ${description}, ${avatarUrl}, ${verified},
      ${profile.protected}, ${at(profile.joinedAt)}, ${followers}, ${following}, ${profile.reportedPosts},
      ${at(profile.observedAt)})
    on conflict (stream_id) do update set
      platform_id = coalesce(a.platform_id, excluded.platform_id),
      handle = case when excluded.observed_at >= a.observed_at then excluded.handle else a.handle end,
      ${tx.unsafe(
        [
          'display_name',
          'description',
          'avatar_url',
          'verified',
          'protected',
          'joined_at',
          'followers',
          'following',
          'reported_posts',
        ]
          .map(
            (name) => `${name} = case when excluded.observed_at >= a.observed_at
              then coalesce(excluded.${name}, a.${name}) else coalesce(a.${name}, excluded.${name}) end`,
          )
          .join(', '),
      )},
      observed_at = greatest(a.observed_at, excluded.observed_at)
    where (a.*) is distinct from (excluded.*)`;
  await tx`
    update streams s set title = '@' || a.handle from accounts a
    where s.stream_id = ${streamId} and a.stream_id = s.stream_id and s.title <> '@' || a.handle`;
  if (followers !== null || following !== null) {
    await saveFollowers(tx, streamId, [
      { observedAt: profile.observedAt, followers, following, reportedPosts: profile.reportedPosts },
    ]);
  }
}

/** Who the stream's account is, as last described; null for a stream that is no account's. */
export async function findProfile(tx: Tx, streamId: number): Promise<AccountProfile | null> {
  const ms = (column: string) => tx.unsafe(`(extract(epoch from ${column}) * 1000)::float8`);
  const rows = await tx<AccountProfile[]>`
    select s.platform, a.platform_id as "platformId", a.handle, a.display_name as "displayName", a.description,
      a.avatar_url as "avatarUrl", a.verified, a.protected, ${ms('a.joined_at')} as "joinedAt",
      a.followers::float8, a.following::float8, a.reported_posts::float8 as "reportedPosts",
      ${ms('a.observed_at')} as "observedAt"
    from streams s join accounts a on a.stream_id = s.stream_id
    where s.stream_id = ${streamId} and s.kind = 'ACCOUNT'`;
  return rows[0] ?? null;
}

type FollowerSnapshot = {
  readonly observedAt: number;
  readonly followers: number | null;
  readonly following: number | null;
  readonly reportedPosts: number | null;
};

/** Adds what is known of the account's followers at some times; a time that stands already is left alone. */
export async function saveFollowers(
  tx: Tx,
  streamId: number,
  snapshots: readonly FollowerSnapshot[],
): Promise<void> {
  if (snapshots.length === 0) return;
  await tx`
    insert into follower_snapshots (stream_id, observed_at, followers, following, reported_posts)
    select ${streamId}, * from unnest(
      ${snapshots.map((row) => toIso(row.observedAt))}::timestamptz[],
      ${snapshots.map((row) => text(row.followers))}::bigint[],
      ${snapshots.map((row) => text(row.following))}::bigint[],
      ${snapshots.map((row) => text(row.reportedPosts))}::bigint[])
    on conflict do nothing`;
}

const text = (value: number | null) => (value === null ? null : String(value));

/** An author as a post showed them. */
export type AuthorSeen = {
  readonly authorId: string;
  readonly handle: string;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  readonly observedAt: number;
};

/** The posts' authors as last seen. */
export async function saveAuthors(tx: Tx, streamId: number, authors: readonly AuthorSeen[]): Promise<void> {
  if (authors.length === 0) return;
  await tx`
    insert into authors as a (stream_id, author_id, handle, display_name, avatar_url, observed_at)
    select ${streamId}, * from unnest(
      ${authors.map((row) => row.authorId)}::text[], ${authors.map((row) => row.handle)}::text[],
      ${authors.map((row) => row.displayName)}::text[], ${authors.map((row) => row.avatarUrl)}::text[],
      ${authors.map((row) => toIso(row.observedAt))}::timestamptz[])
    on conflict (stream_id, author_id) do update set
      handle = excluded.handle,
      display_name = coalesce(excluded.display_name, a.display_name),
      avatar_url = coalesce(excluded.avatar_url, a.avatar_url),
      observed_at = excluded.observed_at
    where excluded.observed_at >= a.observed_at
      and (a.handle, a.display_name, a.avatar_url) is distinct from
        (excluded.handle, coalesce(excluded.display_name, a.display_name), coalesce(excluded.avatar_url, a.avatar_url))`;
}
