import { sql } from 'drizzle-orm';
import {
  bigint,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { dayColumnsOf, dayDimensions } from '../dimensions.ts';
import { measures } from '../measures.ts';
import { packedColumns } from '../packed-months.ts';
import { bytea } from './types.ts';

/** Sums over posts whose figure is known; null when no post's is. */
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
 * Own posts per stream and quarter-hour of posting, since some time zones are offset by :30 or :45. Posts with only a
 * day are separate: see `shared/activity-bucket.ts`. A repost counts only in `posts` and `reposted`.
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
    /** Posts, without reposts, whose engagement is known. */
    engagedPosts: integer('engaged_posts').notNull(),
    /** The estimated part of `impressions`, with the ratio that all streams share: see `shared/metrics.ts`. */
    impressionsEstimated: bigint('impressions_estimated', { mode: 'number' }),
    /** Over the posts with measured impressions and known engagement: the two sides of the engagement rate. */
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
    /** Chat messages by trait: see `shared/message-traits.ts`. */
    emoteOnly: integer('emote_only').notNull().default(0),
    questions: integer('questions').notNull().default(0),
    commands: integer('commands').notNull().default(0),
    mentioning: integer('mentioning').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.bucket] })],
);

/**
 * Messages of a channel's chat per minute, beside the quarter-hours: a chat is viewed by the minute. Written with
 * `activity`, from the same list of measures. Left out are messages with only a day, and columns that do not differ
 * between messages.
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
 * Whole UTC months of `activity`, for reading: the sums of the month, and in `_packed` columns the values of each
 * quarter-hour (`db/packed-months.ts`). A stat of ten years reads 120 rows, and sums by the days of any zone.
 * A change of a quarter-hour deletes its month, and `ingest/folding/months.ts` creates it again later. A missing month,
 * such as the current one, is read from `activity`. Posts with only a day are in no month.
 */
export const activityMonths = pgTable(
  'activity_months',
  {
    streamId: integer('stream_id').notNull(),
    month: date('month').notNull(),
    /** The number of quarter-hours with posts. */
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

/**
 * Who wrote in a channel's chat on a UTC day, in which of its quarter-hours, and how many messages of which traits; and the highest figures of a message in each minute,
 * by which the top messages of a range are found; and tallies (`dayDimensions`). Distinct chatters of two days cannot be added up, so
 * no other rollup has those of a week, or of a day in another zone. `db/packed-chatters.ts` says how a row is packed. A transaction
 * that changes a message from before `until` deletes the row, and `ingest/folding/chatters.ts` makes it again later. Queries read
 * the messages of days without a row. Messages whose hour is unknown are in no row.
 */
export const chatterDays = pgTable(
  'chatter_days',
  {
    streamId: integer('stream_id').notNull(),
    day: date('day').notNull(),
    /** Messages from then on are not in it: some of the day that is going on, of others none. */
    until: timestamp('until', { withTimezone: true }).notNull(),
    /** While the row is being made, who makes it; all that follows is then null. */
    making: uuid('making'),
    chatters: integer('chatters'),
    ids: bytea('ids'),
    names: text('names').array(),
    counts: bytea('counts'),
    quarters: bytea('quarters'),
    marks: bytea('marks'),
    quarterMarks: bytea('quarter_marks'),
    posts: bytea('posts'),
    quarterPosts: bytea('quarter_posts'),
    traits: bytea('traits'),
    quarterTraits: bytea('quarter_traits'),
    minutes: smallint('minutes').array(),
    emotePeaks: integer('emote_peaks').array(),
    sentimentPeaks: smallint('sentiment_peaks').array(),
    ...Object.fromEntries(dayDimensions.flatMap(dayColumnsOf).map((column) => [column, bytea(column)])),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.day] })],
);

/** The figures of `activity` by the time of observation. Each observation adds its difference from the one before. */
export const observedActivity = pgTable(
  'observed_activity',
  {
    streamId: integer('stream_id').notNull(),
    bucket: timestamp('bucket', { withTimezone: true }).notNull(),
    /** New posts. */
    posts: integer('posts').notNull(),
    ...sums,
    /**
     * What the observations added to the estimated part of `impressions`: below 0 when a measured figure replaced an
     * estimate.
     */
    impressionsEstimated: bigint('impressions_estimated', { mode: 'number' }),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.bucket] })],
);

/** A TermKind, or AUTHOR, CHATTER (`shared/chatter-marks.ts`), PROVIDER, ENGAGEMENT (a histogram: the value is the figure), KNOWN (the value is a Metric). */
const dimension = text('dimension').notNull();

/**
 * Own posts per dimension, UTC month and value: the values and their figures as arrays. One row per value took ten
 * times the space, and 48 of 140 µs per imported post. Each batch adds a part with its changes, which may be negative;
 * the sum of a month's parts is right. `ingest/folding/tallies.ts` merges parts. Parts are inserted and deleted, never
 * updated.
 */
export const tallyMonths = pgTable(
  'tally_months',
  {
    streamId: integer('stream_id').notNull(),
    dimension,
    month: date('month').notNull(),
    /** Only identifies the part. */
    part: bigint('part', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    values: text('values').array().notNull(),
    posts: integer('posts').array().notNull(),
    engagement: bigint('engagement', { mode: 'number' }).array().notNull(),
    /** Posts whose engagement is known. */
    engaged: integer('engaged').array().notNull().default([]),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.dimension, t.month, t.part] })],
);

/** Own posts per dimension and value over all time, for the most frequent question: the top of everything. */
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
    // Hashtags of all streams by prefix: in code point order, whatever the database's collation is.
    index('tally_totals_hashtag').on(t.value.op('text_pattern_ops')).where(sql`${t.dimension} = 'HASHTAG'`),
  ],
);
