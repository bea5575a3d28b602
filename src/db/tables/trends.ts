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
 * Posts of all streams by term and time, each post once: one row a platform, kind and stretch of time, its terms and their
 * figures side by side. Rows of their own for each term would take ten times the space. On a cluster a plain local table of
 * the coordinator, as all of this file. Written by `ingest/folding/fold.ts` alone, behind the posts: an hour that is in
 * `trend_changes` is to be counted from the posts instead, and a block or past that holds such an hour with it.
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
    /** Distinct authors of each hour, summed over the hours. */
    authorHours: integer('author_hours').array().notNull(),
    /** The sum of `author_hours`: reading it leaves the arrays where they are. */
    allAuthorHours: bigint('all_author_hours', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.size, t.start, t.platform] })],
);

/**
 * The distinct authors of a hashtag in a day (UTC), in the days in which it has many (`trendAuthorsFrom` author-hours, on
 * all platforms together). A window merges them instead of reading each use. Days and hashtags without a row are read from
 * the post terms. Written with the days of `trend_buckets`; a day that holds an hour of `trend_changes` does not count.
 */
export const trendAuthors = pgTable(
  'trend_authors',
  {
    term: text('term').notNull(),
    day: timestamp('day', { withTimezone: true }).notNull(),
    platform: platform('platform').notNull(),
    /** Their ids, by code point. */
    authors: text('authors').array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.term, t.day, t.platform] }), index('trend_authors_day').on(t.day)],
);

/** Hours whose posts changed since they were folded into `trend_buckets`: one row a transaction that changes posts. */
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

/** How far back posts are folded: one row. */
export const trendFolding = pgTable(
  'trend_folding',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    /** 00:00 UTC of a day; it only ever grows. What is older is counted from the posts. */
    foldedFrom: timestamp('folded_from', { withTimezone: true }).notNull(),
    /** The same of words, of which there are most. */
    wordsFrom: timestamp('words_from', { withTimezone: true }).notNull(),
  },
  (t) => [check('trend_folding_has_one_row', sql`${t.isOnly}`)],
);
