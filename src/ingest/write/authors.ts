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
      handle = excluded.handle,
      display_name = coalesce(excluded.display_name, a.display_name),
      avatar_url = coalesce(excluded.avatar_url, a.avatar_url),
      observed_at = excluded.observed_at
    where excluded.observed_at >= a.observed_at
      and (a.handle, a.display_name, a.avatar_url) is distinct from
        (excluded.handle, coalesce(excluded.display_name, a.display_name), coalesce(excluded.avatar_url, a.avatar_url))`;
}
