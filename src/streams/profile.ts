import type { Sql, TransactionSql } from 'postgres';
import { storableProfile } from '../ingest/enrich/storable.ts';
import { toIso } from '../shared/instant.ts';
import type { AccountProfile } from '../shared/post.ts';
import { addFollowers } from './followers.ts';

/** What became of a profile that was saved. */
export type ProfileChange = {
  /** Whether an answer can show the difference: the stream has to be touched. */
  readonly visible: boolean;
  /** Whether another stream than before may be the one that a handle finds: the registry has to be raised. */
  readonly renamed: boolean;
};

/** Of what two sources say, the later one counts; what it leaves open, the earlier one fills in. */
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
 * Keeps what the newest source says of an account; what it does not say stays as it was. The caller holds the stream's
 * lock, and raises the versions that the result names.
 */
export async function saveProfile(
  tx: TransactionSql,
  streamId: number,
  described: AccountProfile,
): Promise<ProfileChange> {
  const profile = storableProfile(described);
  const at = (instant: number | null) => (instant === null ? null : toIso(instant));
  const { platformId, handle, displayName, description, avatarUrl, verified, followers, following } = profile;
  // `before` is the row as it was when the statement began. Of two accounts with one handle the later seen has it.
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
  const told = followers !== null || following !== null;
  const { observedAt, reportedPosts } = profile;
  const added = told
    ? await addFollowers(tx, streamId, [{ observedAt, followers, following, reportedPosts }])
    : 0;
  const { visible, renamed } = rows[0] ?? { visible: false, renamed: false };
  return { visible: visible || added > 0, renamed };
}

/** Who the stream's account is, as last described; null for a stream that is no account's. */
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
