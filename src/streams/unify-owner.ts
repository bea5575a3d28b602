import type { Sql, TransactionSql } from 'postgres';
import type { AccountProfile } from '../shared/post.ts';
import { noteStream } from '../ingest/folding/changes.ts';
import { mergeAuthors } from '../ingest/write/authors.ts';
import { lockStream } from './lock.ts';
import { mergeTallied } from '../ingest/write/tallies.ts';

/** Posts that one statement reads: many, so that each costs little, but so few that no statement runs long. */
const movedAtOnce = 5_000;

/** Returns the platform's id of the stream's account; null for a topic, and while only the handle is known. */
async function findOwnerId(sql: Sql | TransactionSql, streamId: number): Promise<string | null> {
  const rows = await sql<{ id: string }[]>`
    select substr(identity, 4) as id from streams
    where stream_id = ${streamId} and kind = 'ACCOUNT' and starts_with(identity, 'id:')`;
  return rows[0]?.id ?? null;
}

/** Returns the account of a page, with the id that the stream knows when the page has only the handle. */
export async function withKnownId(
  sql: Sql,
  streamId: number,
  account: AccountProfile | null,
): Promise<AccountProfile | null> {
  if (account === null || account.platformId !== null) return account;
  return { ...account, platformId: await findOwnerId(sql, streamId) };
}

/**
 * Moves the own posts that are stored under the account's handle to its id, when the stream knows the id. Returns how
 * many were moved, or null when there was nothing to do. The own posts of an account's stream are always the
 * account's, whatever its handle was. Posts, their terms, authors and tallies change together; the caller touches the
 * stream. Costs two probes of an index when there is nothing to do.
 */
export async function unifyOwner(tx: TransactionSql, streamId: number): Promise<number | null> {
  const id = await findOwnerId(tx, streamId);
  if (id === null || (await findHandleKeys(tx, streamId)).length === 0) return null;
  await lockStream(tx, streamId);
  // Read again: the last holder of the lock may have added a handle, or moved everything.
  const keys = await findHandleKeys(tx, streamId);
  if (keys.length === 0) return null;
  const posts = await movePosts(tx, streamId, keys, id);
  if (posts > 0) await noteStream(tx, streamId);
  await mergeAuthors(tx, streamId, keys, id);
  await mergeTallied(tx, { streamId, dimension: 'AUTHOR' }, keys, id);
  return posts;
}

/**
 * Returns the handles that own posts are stored under, and the account's own handle when an author without posts has
 * it.
 */
async function findHandleKeys(tx: TransactionSql, streamId: number): Promise<string[]> {
  const rows = await tx<{ key: string }[]>`
    select value as key from tally_totals
    where stream_id = ${streamId} and dimension = 'AUTHOR' and starts_with(value, '@')
    union
    select w.author_id from accounts a join authors w
      on w.stream_id = a.stream_id and w.author_id = '@' || lower(a.handle)
    where a.stream_id = ${streamId}`;
  return rows.map(({ key }) => key);
}

/**
 * Walks the stream's posts along the primary key, a bounded part in each statement: no index has posts by author.
 * Rows are updated by their whole primary keys, because a Citus cluster does not support ctid there.
 */
async function movePosts(tx: TransactionSql, streamId: number, keys: string[], id: string): Promise<number> {
  let moved = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const [part]: { last: string | null; moved: number }[] = await tx`
      with part as materialized (
        select post_id, author_id, created_at, hashtags from posts
        where stream_id = ${streamId} and post_id > ${after} order by post_id limit ${movedAtOnce}
      ), moved as (
        update posts set author_id = ${id}
        where stream_id = ${streamId}
          and post_id = any(array(select post_id from part where author_id = any(${keys})))
        returning 1
      ), terms as (
        update post_terms t set author_id = ${id} from (
          select tag, p.created_at, p.post_id from part p, unnest(p.hashtags) as tag where p.author_id = any(${keys})) u
        where t.stream_id = ${streamId} and t.term = u.tag and t.created_at = u.created_at and t.post_id = u.post_id
      )
      select (select post_id from part order by post_id desc limit 1) as last,
        (select count(*) from moved)::int as moved`;
    if (!part || part.last === null) return moved;
    moved += part.moved;
    after = part.last;
  }
}
