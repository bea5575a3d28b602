import type { Sql, TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { storableProfile } from '../enrich/storable.ts';

type Tx = Sql | TransactionSql;

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
