import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import type { Platform } from '../../shared/post.ts';

export type AuthorRow = {
  readonly platform: Platform;
  readonly authorId: string;
  readonly handle: string;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
};

export type AuthorKey = { readonly streamId: number; readonly authorId: string };

/** Authors as a stream knows them, in one statement. */
export async function findAuthors(
  db: Database,
  keys: readonly AuthorKey[],
): Promise<readonly (AuthorRow & AuthorKey)[]> {
  const streams = arrayOf(keys.map((key) => key.streamId));
  const authors = arrayOf(keys.map((key) => key.authorId));
  return (await db.orm.execute(sql`
    select a.stream_id as "streamId", a.author_id as "authorId", a.handle, a.display_name as "displayName",
      a.avatar_url as "avatarUrl", s.platform
    from authors a join streams s on s.stream_id = a.stream_id
    where (a.stream_id, a.author_id) in (select * from unnest(${streams}::int[], ${authors}::text[]))`)) as never;
}

/** An author as the stream that saw them last knows them; null where none did. */
export async function findAuthor(
  db: Database,
  platform: Platform,
  authorId: string,
): Promise<AuthorRow | null> {
  // A probe of the primary key for each stream: streams are few beside posts.
  const rows = (await db.orm.execute(sql`
    select a.author_id as "authorId", a.handle, a.display_name as "displayName", a.avatar_url as "avatarUrl", s.platform
    from streams s join authors a on a.stream_id = s.stream_id and a.author_id = ${authorId}
    where s.platform = ${platform} order by a.observed_at desc limit 1`)) as unknown as readonly AuthorRow[];
  return rows[0] ?? null;
}
