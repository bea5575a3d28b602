import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';

/**
 * Each post of X that any stream has, once: the row that represents it, and its place in its conversation. It is the
 * one table across streams: on a cluster a plain local table of the coordinator, like `streams`. Only
 * `ingest/write/known-posts.ts` writes it, under its locks: see `ingest/write/known-posts.md`.
 */
export const knownPosts = pgTable(
  'known_posts',
  {
    postId: uuid('post_id').primaryKey(),
    /** The stream whose row represents the post: the first own row, else the first row. */
    streamId: integer('stream_id').notNull(),
    /** Whether that row is an own post of its stream. */
    own: boolean('own').notNull(),
    /** The post that it replies to, known or not: from the representing row, else from another one. */
    parentId: uuid('parent_id'),
    /**
     * The topmost known post in its chain of parents; the post itself when its parent is unknown. In bad data a chain
     * may form a ring: it is cut at its smallest id, whose row is then a root with a known parent.
     */
    rootId: uuid('root_id').notNull(),
    /** How many steps below `root_id` it is. */
    depth: integer('depth').notNull(),
  },
  (t) => [
    index('known_posts_parent').on(t.parentId).where(sql`${t.parentId} is not null`),
    // Most posts begin no conversation and answer none: only those below a root are in it.
    // In the order in which `conversations/tree` numbers a conversation's posts. The only index of these posts: the
    // planner took another, of their depths, for looking up a tree, as long as it believed that few posts have a depth.
    index('known_posts_thread').on(t.rootId, t.depth, t.postId).where(sql`${t.depth} > 0`),
  ],
);

/**
 * Posts whose representing row was removed: this stream's row will represent them. The stream takes them up in its own
 * transaction (`streams/take-up-vacant.ts`). Mostly empty.
 */
export const vacantPosts = pgTable(
  'vacant_posts',
  {
    streamId: integer('stream_id').notNull(),
    postId: uuid('post_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.postId] })],
);
