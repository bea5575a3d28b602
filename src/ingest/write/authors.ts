import type { TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';

/** An author as a post showed them. */
export type AuthorSeen = {
  readonly authorId: string;
  readonly handle: string;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  readonly observedAt: number;
};

/** The posts' authors as last seen. */
export async function saveAuthors(
  tx: TransactionSql,
  streamId: number,
  authors: readonly AuthorSeen[],
): Promise<void> {
  if (authors.length === 0) return;
  await tx`
    insert into authors as a (stream_id, author_id, handle, display_name, avatar_url, observed_at)
    select ${streamId}, * from unnest(
      ${authors.map((row) => row.authorId)}::text[], ${authors.map((row) => row.handle)}::text[],
      ${authors.map((row) => row.displayName)}::text[], ${authors.map((row) => row.avatarUrl)}::text[],
      ${authors.map((row) => toIso(row.observedAt))}::timestamptz[])
    on conflict (stream_id, author_id) do update set
      handle = case when excluded.observed_at >= a.observed_at then excluded.handle else a.handle end,
      display_name = case when excluded.observed_at >= a.observed_at
        then coalesce(excluded.display_name, a.display_name) else coalesce(a.display_name, excluded.display_name) end,
      avatar_url = case when excluded.observed_at >= a.observed_at
        then coalesce(excluded.avatar_url, a.avatar_url) else coalesce(a.avatar_url, excluded.avatar_url) end,
      observed_at = greatest(a.observed_at, excluded.observed_at)
    where (a.*) is distinct from (excluded.*)
      and (excluded.observed_at >= a.observed_at
        or (a.display_name is null and excluded.display_name is not null)
        or (a.avatar_url is null and excluded.avatar_url is not null))`;
}

/** Makes one author of several: what was last seen of any of them stands under the id. */
export async function mergeAuthors(
  tx: TransactionSql,
  streamId: number,
  keys: string[],
  authorId: string,
): Promise<void> {
  const gone = await tx<Omit<AuthorSeen, 'authorId'>[]>`
    delete from authors where stream_id = ${streamId} and author_id = any(${keys})
    returning handle, display_name as "displayName", avatar_url as "avatarUrl",
      (extract(epoch from observed_at) * 1000)::float8 as "observedAt"`;
  // One by one: a statement cannot change the same row twice.
  for (const seen of gone) await saveAuthors(tx, streamId, [{ ...seen, authorId }]);
}
