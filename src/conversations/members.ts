import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../db/array.ts';

/**
 * A query of the posts of conversations, by their roots: root_id, post_id, parent_id, depth and stream_id (of the row
 * that represents the post). It has two ranges: roots by id, and replies by known_posts_thread. A root has no parent
 * here, even when its parent is known and the link is cut (`ingest/write/threads.ts`).
 */
export const membersOf = (roots: readonly string[]): SQL => sql`
  select post_id as root_id, post_id, null::uuid as parent_id, 0 as depth, stream_id
  from known_posts where post_id = any(${arrayOf(roots)}::uuid[]) and depth = 0
  union all
  select root_id, post_id, parent_id, depth, stream_id
  from known_posts where root_id = any(${arrayOf(roots)}::uuid[]) and depth > 0`;

/** Joins `posts p` to known posts `k`: the row that represents each. One probe of the primary key per post. */
export const joinPosts: SQL = sql`/* across streams: a conversation's posts are of many */ join posts p on p.stream_id = k.stream_id and p.post_id = k.post_id`;
