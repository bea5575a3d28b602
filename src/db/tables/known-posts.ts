import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';

/**
 * Each post of X that any stream has, once: which of its rows stands for it, and its place in its conversation. The one
 * table that crosses streams: on a cluster it is a plain local table of the coordinator, as `streams` is. Written by
 * `ingest/write/known-posts.ts` alone, under its locks: see `ingest/write/known-posts.md`.
 */
export const knownPosts = pgTable(
  'known_posts',
  {
    postId: uuid('post_id').primaryKey(),
    /** The stream whose row stands for the post: of own rows the first that came, else the first row that came. */
    streamId: integer('stream_id').notNull(),
    /** Whether that row is an own post of its stream. */
    own: boolean('own').notNull(),
    /** The post that it replies to, whether it is known or not: as the row that stands says, else as another does. */
    parentId: uuid('parent_id'),
    /**
     * The topmost known post of the chain of parents; the post itself when its parent is not known. In bad data a chain
     * may lead back to where it began: such a ring is cut at its smallest id, whose row is a root with a known parent.
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
 * Posts that a stream's row is to stand for, because the row that stood is gone: the stream takes them up in a
 * transaction of its own (`streams/take-up-vacant.ts`). Empty but for moments.
 */
export const vacantPosts = pgTable(
  'vacant_posts',
  {
    streamId: integer('stream_id').notNull(),
    postId: uuid('post_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.postId] })],
);
