import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';

/** Somebody who wrote in a channel. */
export type ChatterRow = {
  readonly streamId: number;
  /** Several when logs tell a name only and other sources tell the id with it; the one seen last comes first. */
  readonly authorIds: readonly string[];
};

/** The chatters of a channel by a name in lower case, the present one or one that they had; null when there is none. */
export async function findChatter(db: Database, streamId: number, name: string): Promise<ChatterRow | null> {
  // By authors_handles; the primary key of author_names gives the stream's names, which are few.
  const rows = await db.rows<{ readonly id: string }>(sql`
    select author_id as id from authors a where stream_id = ${streamId} and (lower(handle) = ${name}
      or author_id in (select n.author_id from author_names n where n.stream_id = ${streamId} and lower(n.handle) = ${name}))
    order by lower(handle) = ${name} desc, observed_at desc, author_id`);
  return rows.length === 0 ? null : { streamId, authorIds: rows.map(({ id }) => id) };
}

/** How much a chatter wrote, and when. */
export type Written = {
  readonly messages: number;
  readonly first: number | null;
  readonly last: number | null;
};

/** By posts_chatter: it reads the chatter's messages. */
export async function countWritten(db: Database, { streamId, authorIds }: ChatterRow): Promise<Written> {
  const [row] = await db.rows<Written>(sql`
    select count(*)::float8 as messages, (extract(epoch from min(created_at)) * 1000)::float8 as first,
      (extract(epoch from max(created_at)) * 1000)::float8 as last
    from posts where stream_id = ${streamId} and kind = 'MESSAGE' and author_id = any(${arrayOf(authorIds)}::text[])`);
  return row ?? { messages: 0, first: null, last: null };
}

/** Handles of a chatter, the present one first, then as they were last seen with them. */
export async function listNames(
  db: Database,
  { streamId, authorIds }: ChatterRow,
): Promise<readonly string[]> {
  const rows = await db.rows<{ readonly handle: string }>(sql`
    select handle from (
      select lower(handle) as handle, 0 as age, observed_at as seen_at from authors
        where stream_id = ${streamId} and author_id = any(${arrayOf(authorIds)}::text[])
      union all
      select lower(handle), 1, seen_at from author_names
        where stream_id = ${streamId} and author_id = any(${arrayOf(authorIds)}::text[])) names
    group by handle order by min(age), max(seen_at) desc, handle limit 200`);
  return rows.map(({ handle }) => handle);
}
