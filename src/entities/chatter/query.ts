import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';

/** Somebody who wrote in a channel. */
export type ChatterRow = {
  readonly streamId: number;
  /** There are several when logs give only the name and other sources give the id. The one seen last comes first. */
  readonly authorIds: readonly string[];
};

/** Returns the chatter with a current or former name, in lower case; null when there is none. */
export async function findChatter(db: Database, streamId: number, name: string): Promise<ChatterRow | null> {
  // By authors_handles; the primary key of author_names gives the stream's names, which are few.
  const rows = await db.rows<{ readonly id: string }>(sql`
    select author_id as id from authors a where stream_id = ${streamId} and author_id in (
      select b.author_id from authors b where b.stream_id = ${streamId} and lower(b.handle) = ${name}
      union select n.author_id from author_names n where n.stream_id = ${streamId} and lower(n.handle) = ${name})
    order by lower(handle) = ${name} desc, observed_at desc, author_id`);
  return rows.length === 0 ? null : { streamId, authorIds: rows.map(({ id }) => id) };
}

/** How much a chatter wrote, and when. */
export type Written = {
  readonly messages: number;
  readonly first: number | null;
  readonly last: number | null;
};

type Limits = {
  /** Messages of a chatter that are read to find the first and the last of them, at most. */
  readonly read: number;
  /** Who wrote more is looked for among so many of the channel's oldest messages, and of its newest. */
  readonly near: number;
};

const writtenLimits: Limits = { read: 2_000, near: 20_000 };

/**
 * The number of messages is in the tally of authors. Of a few, the index posts_chatter finds the first and the last; of many, they are
 * mostly among the first and the last of the channel: a walk along posts_created. When they are not, all are read.
 */
export async function countWritten(
  db: Database,
  { streamId, authorIds }: ChatterRow,
  limits = writtenLimits,
): Promise<Written> {
  const ids = sql`any(${arrayOf(authorIds)}::text[])`;
  const near = (direction: SQL) => sql`(select p.created_at from (
      select p.created_at, p.author_id, p.kind from posts p where p.stream_id = ${streamId}
      order by p.created_at ${direction}, p.post_id ${direction} limit ${limits.near}) p
    where p.kind = 'MESSAGE' and p.author_id = ${ids} order by p.created_at ${direction} limit 1)`;
  const ms = (instant: SQL) => sql`(extract(epoch from ${instant}) * 1000)::float8`;
  const [found] = await db.rows<Written>(sql`
    with written as materialized (
      select coalesce(sum(posts), 0) as messages from tally_totals
      where stream_id = ${streamId} and dimension = 'AUTHOR' and value = ${ids})
    select messages::float8 as messages, case when messages > ${limits.read} then ${ms(near(sql`asc`))} end as first,
      case when messages > ${limits.read} then ${ms(near(sql`desc`))} end as last
    from written`);
  if (found === undefined || found.messages === 0) return { messages: 0, first: null, last: null };
  if (found.first !== null && found.last !== null) return found;
  const [ends] = await db.rows<Pick<Written, 'first' | 'last'>>(sql`
    select ${ms(sql`min(created_at)`)} as first, ${ms(sql`max(created_at)`)} as last
    from posts where stream_id = ${streamId} and kind = 'MESSAGE' and author_id = ${ids}`);
  return { first: null, last: null, ...ends, messages: found.messages };
}

/** Returns the handles of a chatter: the current one first, then the others by when they were last seen. */
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
