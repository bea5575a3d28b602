import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { platform } from './types.ts';

/**
 * Posts of all streams by term and time, each post once. A row has one platform, kind and stretch of time, with the
 * terms and their figures as arrays: one row per term would take ten times the space. On a cluster all tables of this
 * file are plain local tables of the coordinator.
 * Only `ingest/folding/fold.ts` writes it, after the posts were written. An hour that is in `trend_changes` must be
 * counted from the posts instead, and so must a block or past that contains one.
 */
export const trendBuckets = pgTable(
  'trend_buckets',
  {
    platform: platform('platform').notNull(),
    /** HASHTAG, MENTION or WORD. */
    kind: text('kind').notNull(),
    /** HOUR, a block of hours (UTC) as `trendBlocks` names it, or PAST: the 28 days before `start`. */
    size: text('size').notNull(),
    start: timestamp('start', { withTimezone: true }).notNull(),
    terms: text('terms').array().notNull(),
    posts: integer('posts').array().notNull(),
    /** The distinct authors per hour, summed over the hours. */
    authorHours: integer('author_hours').array().notNull(),
    /** The sum of `author_hours`, which can be read without the arrays. */
    allAuthorHours: bigint('all_author_hours', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.size, t.start, t.platform] })],
);

/**
 * The distinct authors of a hashtag on a day (UTC) when it has many (`trendAuthorsFrom` author-hours on all platforms).
 * A window merges them instead of reading each use. Other days and hashtags are read from the post terms. Written with
 * the days of `trend_buckets`; a day with an hour of `trend_changes` must not be used.
 */
export const trendAuthors = pgTable(
  'trend_authors',
  {
    term: text('term').notNull(),
    day: timestamp('day', { withTimezone: true }).notNull(),
    platform: platform('platform').notNull(),
    /** Their ids in code point order. */
    authors: text('authors').array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.term, t.day, t.platform] }), index('trend_authors_day').on(t.day)],
);

/**
 * Hours whose posts changed since they were folded into `trend_buckets`: one row per transaction that changes posts.
 */
export const trendChanges = pgTable(
  'trend_changes',
  {
    changeId: bigint('change_id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Clock hours (UTC), as their numbers since 1970. */
    hours: integer('hours').array().notNull(),
    /** When a folding saw the change first; infinity until then. */
    changedAt: timestamp('changed_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('trend_changes_at').on(t.changedAt)],
);

/** How far back posts are folded: a single row. */
export const trendFolding = pgTable(
  'trend_folding',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    /** 00:00 UTC of a day; it only grows. Older posts are counted directly. */
    foldedFrom: timestamp('folded_from', { withTimezone: true }).notNull(),
    /** The same for words, the largest kind. */
    wordsFrom: timestamp('words_from', { withTimezone: true }).notNull(),
  },
  (t) => [check('trend_folding_has_one_row', sql`${t.isOnly}`)],
);
