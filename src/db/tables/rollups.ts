import { sql } from 'drizzle-orm';
import { bigint, date, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { measures } from '../measures.ts';
import { packedColumns } from '../packed-months.ts';
import { bytea } from './types.ts';

/** Sums over posts whose figure is known; null when it is known of none. */
const sums = {
  likes: bigint('likes', { mode: 'number' }),
  reposts: bigint('reposts', { mode: 'number' }),
  replies: bigint('replies', { mode: 'number' }),
  quotes: bigint('quotes', { mode: 'number' }),
  bookmarks: bigint('bookmarks', { mode: 'number' }),
  engagement: bigint('engagement', { mode: 'number' }),
  impressions: bigint('impressions', { mode: 'number' }),
};

/**
 * Own posts per stream and quarter-hour of posting. Quarter-hours, since zones differ by :30 and :45. Those of which only
 * the day is known are apart: see `shared/activity-bucket.ts`. A repost counts in `posts` and `reposted` only.
 */
export const activity = pgTable(
  'activity',
  {
    streamId: integer('stream_id').notNull(),
    bucket: timestamp('bucket', { withTimezone: true }).notNull(),
    posts: integer('posts').notNull(),
    originals: integer('originals').notNull(),
    replied: integer('replied').notNull(),
    reposted: integer('reposted').notNull(),
    quoted: integer('quoted').notNull(),
    ...sums,
    /** Posts that are not reposts and whose engagement is known. */
    engagedPosts: integer('engaged_posts').notNull(),
    /** The part of `impressions` that is estimated, by the ratio that all streams share: see `shared/metrics.ts`. */
    impressionsEstimated: bigint('impressions_estimated', { mode: 'number' }),
    /** Over the posts whose impressions are measured and whose engagement is known: the two sides of the engagement rate. */
    rateEngagement: bigint('rate_engagement', { mode: 'number' }),
    rateImpressions: bigint('rate_impressions', { mode: 'number' }),
    /** Ten-thousandths, summed over the scored posts, which are the positive, the neutral and the negative ones. */
    sentiment: bigint('sentiment', { mode: 'number' }).notNull(),
    positive: integer('positive').notNull(),
    neutral: integer('neutral').notNull(),
    negative: integer('negative').notNull(),
    bits: bigint('bits', { mode: 'number' }).notNull(),
    /** Uses of emotes in chat messages. */
    emotes: integer('emotes').notNull().default(0),
    /** Chat messages by what they are: see `shared/message-traits.ts`. */
    emoteOnly: integer('emote_only').notNull().default(0),
    questions: integer('questions').notNull().default(0),
    commands: integer('commands').notNull().default(0),
    mentioning: integer('mentioning').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.bucket] })],
);

/**
 * Messages of a channel's chat per minute of sending, beside the quarter-hours: a chat is looked at by the minute, and writes
 * its posts by the thousand. Written with `activity`, by the same list of measures. Without messages of which only the day
 * is known, and without what messages do not differ in.
 */
export const activityMinutes = pgTable(
  'activity_minutes',
  {
    // In this order no column is padded.
    streamId: integer('stream_id').notNull(),
    posts: integer('posts').notNull(),
    bucket: timestamp('bucket', { withTimezone: true }).notNull(),
    sentiment: bigint('sentiment', { mode: 'number' }).notNull(),
    bits: bigint('bits', { mode: 'number' }).notNull(),
    positive: integer('positive').notNull(),
    neutral: integer('neutral').notNull(),
    negative: integer('negative').notNull(),
    emotes: integer('emotes').notNull(),
    emoteOnly: integer('emote_only').notNull(),
    questions: integer('questions').notNull(),
    commands: integer('commands').notNull(),
    mentioning: integer('mentioning').notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.bucket] })],
);

/**
 * Whole UTC months of `activity`, for reading: the sums of the month's quarter-hours, and behind `_packed` the figures of each
 * of them side by side (`db/packed-months.ts`). A stat reads 120 rows of ten years, and adds up by the days of any zone.
 * Whoever changes a quarter-hour takes its month away, and `ingest/folding/months.ts` makes it again, behind the posts: a
 * month that is not here, such as the one that is going on, is read from `activity`. Posts of which only the day is known are in none.
 */
export const activityMonths = pgTable(
  'activity_months',
  {
    streamId: integer('stream_id').notNull(),
    month: date('month').notNull(),
    /** How many quarter-hours of it have a post. */
    quarters: integer('quarters').notNull(),
    ...Object.fromEntries(
      measures.map(({ column, role }) => {
        const sum = bigint(column, { mode: 'number' });
        return [column, role === 'count' ? sum.notNull() : sum];
      }),
    ),
    ...Object.fromEntries(packedColumns.map((column) => [column, bytea(column).notNull()])),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.month] })],
);

/** The same figures by when they were seen: what each observation added to the one before. */
export const observedActivity = pgTable(
  'observed_activity',
  {
    streamId: integer('stream_id').notNull(),
    bucket: timestamp('bucket', { withTimezone: true }).notNull(),
    /** Posts first seen. */
    posts: integer('posts').notNull(),
    ...sums,
    /** What the observations added to the estimated part of `impressions`: less than 0 where a measured figure replaced it. */
    impressionsEstimated: bigint('impressions_estimated', { mode: 'number' }),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.bucket] })],
);

/** A TermKind, or AUTHOR, CHATTER (`shared/chatter-marks.ts`), PROVIDER, ENGAGEMENT (a histogram: the value is the figure), KNOWN (the value is a Metric). */
const dimension = text('dimension').notNull();

/**
 * Own posts per dimension, UTC month and value: the values and their figures side by side. Rows of their own for each value
 * took ten times the space and 48 of 140 µs a post to import. Each batch adds a part of what it changes, which may be less
 * than 0; the sum of a month's parts is what its posts give. `ingest/folding/tallies.ts` makes one part of many. Parts are
 * added and deleted, never updated.
 */
export const tallyMonths = pgTable(
  'tally_months',
  {
    streamId: integer('stream_id').notNull(),
    dimension,
    month: date('month').notNull(),
    /** Says nothing but which part it is. */
    part: bigint('part', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    values: text('values').array().notNull(),
    posts: integer('posts').array().notNull(),
    engagement: bigint('engagement', { mode: 'number' }).array().notNull(),
    /** Posts whose engagement is known. */
    engaged: integer('engaged').array().notNull().default([]),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.dimension, t.month, t.part] })],
);

/** Own posts per dimension and value, over all time: what the most asked question needs, the top of everything. */
export const tallyTotals = pgTable(
  'tally_totals',
  {
    streamId: integer('stream_id').notNull(),
    dimension,
    value: text('value').notNull(),
    posts: integer('posts').notNull(),
    engagement: bigint('engagement', { mode: 'number' }).notNull(),
    /** Posts whose engagement is known. */
    engaged: integer('engaged').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.dimension, t.value] }),
    // Hashtags of all streams by what they begin with: by code point, whatever the order of the database is.
    index('tally_totals_hashtag').on(t.value.op('text_pattern_ops')).where(sql`${t.dimension} = 'HASHTAG'`),
  ],
);
