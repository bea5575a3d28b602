import type { Sql, TransactionSql } from 'postgres';
import { noAdditions } from '../ingest/write/changes.ts';
import { KnownChanges } from '../ingest/write/known-changes.ts';
import { settlePosts } from '../ingest/write/known-posts.ts';
import { removeRawOf } from '../ingest/write/raw.ts';
import { removeStored } from '../ingest/write/remove.ts';
import { NotFoundError } from '../shared/errors.ts';
import { lockAccount } from './create.ts';
import { lockStream } from './lock.ts';
import { touch } from './touch.ts';

/** Messages removed under one lock. */
const messagesAtOnce = 1_000;

/**
 * Opts a chatter out: first blocks new messages in every channel, then removes the stored ones, a batch at a time. A
 * concurrent write either ends before a removal or sees the opt-out, since both hold the channel's lock. Returns how
 * many messages were removed. After an interruption, call it again to go on.
 */
export async function optOutChatter(sql: Sql, login: string): Promise<number> {
  // An author without a platform's id has the key @login.
  await sql`
    insert into opt_outs as o (kind, login, platform_ids)
    select /* across streams: what channels call them */ 'CHATTER', ${login}, coalesce(array_agg(distinct a.author_id) filter (where left(a.author_id, 1) <> '@'), '{}')
    from streams s join authors a on a.stream_id = s.stream_id and lower(a.handle) = ${login} where s.platform = 'TWITCH'
    on conflict (kind, login) do update
      set platform_ids = array(select distinct unnest(o.platform_ids || excluded.platform_ids))`;
  const streams = await sql<{ streamId: number }[]>`
    select stream_id as "streamId" from streams where platform = 'TWITCH' order by stream_id`;
  let removed = 0;
  for (const { streamId } of streams) {
    for (let more = true; more; ) {
      const batch = await forgetSome(sql, streamId, login);
      removed += batch.removed;
      more = batch.more;
    }
  }
  return removed;
}

/**
 * Removes a batch of a chatter's messages; the last batch also removes the name. Does nothing when the stream was
 * deleted meanwhile.
 */
async function forgetSome(sql: Sql, streamId: number, login: string) {
  try {
    return await sql.begin(async (tx) => {
      const platform = await lockStream(tx, streamId);
      const ids = await authorIdsOf(tx, streamId, login);
      const rows = await tx<{ postId: string }[]>`
        select post_id as "postId" from posts where stream_id = ${streamId} and kind = 'MESSAGE' and author_id = any(${ids})
        limit ${messagesAtOnce}`;
      const postIds = rows.map(({ postId }) => postId);
      const known = new KnownChanges();
      const removed = await removeStored(tx, streamId, postIds, known);
      await removeRawOf(tx, streamId, postIds);
      const more = rows.length === messagesAtOnce;
      const named = more ? 0 : await forgetNames(tx, streamId, ids, login);
      if (removed > 0 || named > 0) await touch(tx, streamId, { posts: removed > 0 ? noAdditions : null });
      await settlePosts(tx, { streamId, platform }, known);
      return { removed, more };
    });
  } catch (error) {
    if (error instanceof NotFoundError) return { removed: 0, more: false };
    throw error;
  }
}

/** Returns the author ids that the chatter has in a channel. */
async function authorIdsOf(tx: TransactionSql, streamId: number, login: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select a.author_id as id from authors a where a.stream_id = ${streamId} and (lower(a.handle) = ${login}
      or a.author_id = any(array(select unnest(platform_ids) from opt_outs where kind = 'CHATTER' and login = ${login})))`;
  return rows.map(({ id }) => id);
}

/** Removes the chatter's authors, and their name and text from the channel's events. */
async function forgetNames(
  tx: TransactionSql,
  streamId: number,
  ids: string[],
  login: string,
): Promise<number> {
  const events = await tx`
    update channel_events set author_id = null, handle = null, display_name = null, text = null
    where stream_id = ${streamId} and (author_id = any(${ids}) or lower(handle) = ${login})`;
  await tx`delete from author_names where stream_id = ${streamId} and author_id = any(${ids})`;
  const authors = await tx`delete from authors where stream_id = ${streamId} and author_id = any(${ids})`;
  return events.count + authors.count;
}

/**
 * Opts a channel out, so that its stream cannot be created any more. Returns the existing stream, which the caller
 * deletes with the files of its jobs; null when there is none.
 */
export async function optOutChannel(sql: Sql, login: string): Promise<number | null> {
  return sql.begin(async (tx) => {
    // Creating the stream takes the same lock: the stream exists by now, or is refused later.
    await lockAccount(tx, { platform: 'TWITCH', handle: login, platformId: null });
    const rows = await tx<{ streamId: number; platformId: string | null }[]>`
      select s.stream_id as "streamId", a.platform_id as "platformId" from streams s join accounts a using (stream_id)
      where s.platform = 'TWITCH' and lower(a.handle) = ${login} order by a.observed_at desc, s.stream_id desc`;
    const ids = rows.flatMap(({ platformId }) => platformId ?? []);
    await tx`
      insert into opt_outs as o (kind, login, platform_ids) values ('CHANNEL', ${login}, ${ids}::text[])
      on conflict (kind, login) do update
        set platform_ids = array(select distinct unnest(o.platform_ids || excluded.platform_ids))`;
    return rows[0]?.streamId ?? null;
  });
}
