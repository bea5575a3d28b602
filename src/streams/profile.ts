import type { Sql, TransactionSql } from 'postgres';
import { storableProfile } from '../ingest/enrich/storable.ts';
import { toIso } from '../shared/instant.ts';
import type { AccountProfile } from '../shared/post.ts';
import { addFollowers } from './followers.ts';

/** What saving a profile has changed. */
export type ProfileChange = {
  /** Whether an answer can show the change: the caller then touches the stream. */
  readonly visible: boolean;
  /** Whether a handle may now find another stream: the caller then raises the registry. */
  readonly renamed: boolean;
};

/** The columns that are merged from two sources: the later value wins, and the earlier one fills its nulls. */
const facts = [
  'display_name',
  'description',
  'avatar_url',
  'verified',
  'protected',
  'joined_at',
  'followers',
  'following',
  'reported_posts',
];

const merged = facts
  .map(
    (name) => `${name} = case when excluded.observed_at >= a.observed_at
      then coalesce(excluded.${name}, a.${name}) else coalesce(a.${name}, excluded.${name}) end`,
  )
  .join(', ');
const shown = (alias: string) => ['handle', ...facts].map((name) => `${alias}.${name}`).join(', ');

/**
 * Saves the profile of an account as the newest source gives it; what that source lacks stays as it was. The caller
 * holds the stream's lock, and raises the versions that the result names.
 */
export async function saveProfile(
  tx: TransactionSql,
  streamId: number,
  described: AccountProfile,
): Promise<ProfileChange> {
  const profile = storableProfile(described);
  const at = (instant: number | null) => (instant === null ? null : toIso(instant));
  const { platformId, handle, displayName, description, avatarUrl, verified, followers, following } = profile;
  // `before` is the row as it was when the statement began. When two accounts share a handle, it belongs to the one
  // seen last.
  const rows = await tx<ProfileChange[]>`
    with before as (
      select * from accounts where stream_id = ${streamId}
    ), saved as (
      insert into accounts as a (stream_id, platform_id, handle, display_name, description, avatar_url, verified, protected,
        joined_at, followers, following, reported_posts, observed_at)
      values (${streamId}, ${platformId}, ${handle}, ${displayName}, ${description}, ${avatarUrl}, ${verified},
        ${profile.protected}, ${at(profile.joinedAt)}, ${followers}, ${following}, ${profile.reportedPosts},
        ${at(profile.observedAt)})
      on conflict (stream_id) do update set
        platform_id = coalesce(a.platform_id, excluded.platform_id),
        handle = case when excluded.observed_at >= a.observed_at then excluded.handle else a.handle end,
        ${tx.unsafe(merged)},
        observed_at = greatest(a.observed_at, excluded.observed_at)
      where (a.*) is distinct from (excluded.*)
      returning *
    )
    select (${tx.unsafe(shown('s'))}) is distinct from (${tx.unsafe(shown('b'))}) as visible,
      lower(s.handle) is distinct from lower(b.handle) or s.observed_at <> b.observed_at and exists (
        select from accounts o where lower(o.handle) = lower(s.handle) and o.stream_id <> ${streamId}) as renamed
    from saved s left join before b on true`;
  const hasCounts = followers !== null || following !== null;
  const { observedAt, reportedPosts } = profile;
  const added = hasCounts
    ? await addFollowers(tx, streamId, [{ observedAt, followers, following, reportedPosts }])
    : 0;
  const { visible, renamed } = rows[0] ?? { visible: false, renamed: false };
  return { visible: visible || added > 0, renamed };
}

/** Returns the profile of the stream's account as last saved; null when the stream has no account. */
export async function findProfile(
  sql: Sql | TransactionSql,
  streamId: number,
): Promise<AccountProfile | null> {
  const ms = (column: string) => sql.unsafe(`(extract(epoch from ${column}) * 1000)::float8`);
  const rows = await sql<AccountProfile[]>`
    select s.platform, a.platform_id as "platformId", a.handle, a.display_name as "displayName", a.description,
      a.avatar_url as "avatarUrl", a.verified, a.protected, ${ms('a.joined_at')} as "joinedAt",
      a.followers::float8, a.following::float8, a.reported_posts::float8 as "reportedPosts",
      ${ms('a.observed_at')} as "observedAt"
    from streams s join accounts a on a.stream_id = s.stream_id
    where s.stream_id = ${streamId}`;
  return rows[0] ?? null;
}
