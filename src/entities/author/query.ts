import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { onePlan } from '../../db/prepared.ts';
import type { Platform } from '../../shared/post.ts';

export type AuthorRow = {
  readonly platform: Platform;
  readonly authorId: string;
  readonly handle: string;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
};

export type AuthorKey = { readonly streamId: number; readonly authorId: string };

/** Returns authors as a stream knows them, in one statement. */
export async function findAuthors(
  db: Database,
  keys: readonly AuthorKey[],
): Promise<readonly (AuthorRow & AuthorKey)[]> {
  const streams = arrayOf(keys.map((key) => key.streamId));
  const authors = arrayOf(keys.map((key) => key.authorId));
  return db.rows<AuthorRow & AuthorKey>(sql`${onePlan}
    select a.stream_id as "streamId", a.author_id as "authorId", a.handle, a.display_name as "displayName",
      a.avatar_url as "avatarUrl", s.platform
    from authors a join streams s on s.stream_id = a.stream_id
    where (a.stream_id, a.author_id) in (select * from unnest(${streams}::int[], ${authors}::text[]))`);
}

/** A name in a stream, in lower case, without @. */
export type AuthorName = { readonly streamId: number; readonly handle: string };

/** Returns the ids of those who have one of these names now, in one statement by the index authors_handles. */
export async function findAuthorIds(
  db: Database,
  names: readonly AuthorName[],
): Promise<readonly (AuthorKey & AuthorName)[]> {
  const streams = arrayOf(names.map((name) => name.streamId));
  const handles = arrayOf(names.map((name) => name.handle));
  return db.rows<AuthorKey & AuthorName>(sql`${onePlan}
    select a.stream_id as "streamId", lower(a.handle) as handle, a.author_id as "authorId" from authors a
    where (a.stream_id, lower(a.handle)) in (select * from unnest(${streams}::int[], ${handles}::text[]))`);
}

/** The identity of an author across streams. */
export type AuthorIdentity = { readonly platform: Platform; readonly authorId: string };

/** Returns each author as the stream that saw them last knows them, in one statement. */
export async function findAuthorsOfAll(
  db: Database,
  keys: readonly AuthorIdentity[],
): Promise<readonly AuthorRow[]> {
  const platforms = arrayOf(keys.map((key) => key.platform));
  const authors = arrayOf(keys.map((key) => key.authorId));
  // One probe of the primary key for each stream and author: there are few streams.
  return db.rows<AuthorRow>(sql`
    select /* across streams: whoever saw them last */ distinct on (s.platform, a.author_id) a.author_id as "authorId", a.handle,
      a.display_name as "displayName", a.avatar_url as "avatarUrl", s.platform
    from unnest(${platforms}::platform[], ${authors}::text[]) as k (platform, author_id)
    join streams s on s.platform = k.platform
    join authors a on a.stream_id = s.stream_id and a.author_id = k.author_id
    order by s.platform, a.author_id, a.observed_at desc, a.stream_id desc`);
}
