import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  json,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { impressionsPerReaction, priorPosts } from '../../shared/metrics.ts';
import { namesOf } from '../../shared/names.ts';
import { streamKinds } from '../../shared/stream-kind.ts';
import { platform, provider } from './types.ts';

export const streamKind = pgEnum('stream_kind', namesOf(streamKinds));

/** The registry of what is followed. Everything else about a stream carries its `stream_id` first. */
export const streams = pgTable(
  'streams',
  {
    streamId: integer('stream_id').primaryKey().generatedAlwaysAsIdentity(),
    kind: streamKind('kind').notNull(),
    platform: platform('platform').notNull(),
    /** What makes it this stream and no other. An account: `id:<platform id>` where known, else `handle:<lower case>`. A topic: its query in lower case. */
    identity: text('identity').notNull(),
    title: text('title').notNull(),
    /** Raised by `touch` in each transaction that changes what an answer can show; part of every cache key. */
    version: bigint('version', { mode: 'number' }).notNull().default(0),
    /** How many own posts ever came in; raised with the version. */
    arrived: bigint('arrived', { mode: 'number' }).notNull().default(0),
    /** The last 200 of them at most, in the order in which they came: what subscribers to new posts read. */
    arrivals: uuid('arrivals').array().notNull().default([]),
    /** Made by us to have something to look at; `larkstat demo remove` erases these. */
    demo: boolean('demo').notNull().default(false),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** When the newest successful fetch or import ended. */
    fetchedAt: timestamp('fetched_at', { withTimezone: true }),
    earliestPostAt: timestamp('earliest_post_at', { withTimezone: true }),
    latestPostAt: timestamp('latest_post_at', { withTimezone: true }),
    /** Milliseconds between refreshes; null when it is only refreshed on request. */
    trackEveryMs: bigint('track_every_ms', { mode: 'number' }),
    trackNextAt: timestamp('track_next_at', { withTimezone: true, precision: 3 }),
    /** Ranges of post ids that were fetched from end to end: see `fetch/coverage.ts`. Null before the first fetch. */
    covered: json('covered').$type<readonly (readonly [from: string, to: string])[]>(),
    /** The newest reply that was fetched of each recent conversation, by the id of the post that it began with. */
    newestReplies: json('newest_replies').$type<Readonly<Record<string, string>>>(),
    /** Own posts whose impressions are measured and of which likes or reposts are known, with their sums of both. */
    measuredPosts: bigint('measured_posts', { mode: 'number' }).notNull().default(0),
    measuredImpressions: bigint('measured_impressions', { mode: 'number' }).notNull().default(0),
    measuredReactions: bigint('measured_reactions', { mode: 'number' }).notNull().default(0),
    /** How many values were added to `tally_months` since its parts were last folded. */
    unfolded: bigint('unfolded', { mode: 'number' }).notNull().default(0),
    /** What the estimate of impressions multiplies likes + reposts by: see `stats/totals/README.md`. */
    impressionsPerReaction: integer('impressions_per_reaction')
      .notNull()
      .generatedAlwaysAs(
        sql.raw(`case when measured_reactions = 0 then ${impressionsPerReaction} else least(100000, greatest(1, round(
          (measured_posts * measured_impressions::numeric + ${priorPosts * impressionsPerReaction} * measured_reactions::numeric)
            / (measured_reactions::numeric * (measured_posts + ${priorPosts}))))) end`),
      ),
    /** By which `derivationVersion` what is derived of its posts was made, or is being made while it is in `rebuilds`. */
    derivation: integer('derivation').notNull().default(0),
    /**
     * Raised with the version by processes that derive by that number or a higher one. So it stays behind when a process
     * of an older release writes, which may be while a cluster is updated: the stream is then rebuilt again.
     */
    derivedVersion: bigint('derived_version', { mode: 'number' }).notNull().default(0),
  },
  (t) => [
    uniqueIndex('streams_identity').on(t.kind, t.platform, t.identity),
    index('streams_track').on(t.trackNextAt),
  ],
);

/** Rebuilds that have begun and are not over. */
export const rebuilds = pgTable('rebuilds', {
  streamId: integer('stream_id').primaryKey(),
  /** The last post that is done; null before the first. */
  reached: uuid('reached'),
  /** Own posts that are done. */
  posts: bigint('posts', { mode: 'number' }).notNull().default(0),
  /** Payloads that could not be read, and were skipped. */
  unreadable: bigint('unreadable', { mode: 'number' }).notNull().default(0),
  /** Grows whenever a process takes it up: the writes of one with an older lease are void. */
  lease: integer('lease').notNull().default(1),
  /** Nobody else takes it up before. */
  until: timestamp('until', { withTimezone: true }).notNull(),
  /** How often it was taken up since it last came further: after each it waits twice as long. */
  failures: smallint('failures').notNull().default(1),
});

/** Which streams there are, and how they are found: a single row. */
export const registry = pgTable(
  'registry',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    /** Raised when a stream is created or deleted, or is found by another handle. */
    version: bigint('version', { mode: 'number' }).notNull().default(0),
  },
  (t) => [check('registry_has_one_row', sql`${t.isOnly}`)],
);

/** Who an account is, as its platform last described it. */
export const accounts = pgTable(
  'accounts',
  {
    streamId: integer('stream_id').primaryKey(),
    platformId: text('platform_id'),
    handle: text('handle').notNull(),
    displayName: text('display_name'),
    description: text('description'),
    avatarUrl: text('avatar_url'),
    verified: boolean('verified'),
    protected: boolean('protected'),
    joinedAt: timestamp('joined_at', { withTimezone: true }),
    followers: bigint('followers', { mode: 'number' }),
    following: bigint('following', { mode: 'number' }),
    reportedPosts: bigint('reported_posts', { mode: 'number' }),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
  },
  (t) => [index('accounts_handle').on(sql`lower(${t.handle})`)],
);

/** Whoever wrote a post of the stream. */
export const authors = pgTable(
  'authors',
  {
    streamId: integer('stream_id').notNull(),
    /** The platform's id, or `@handle` in lower case where only that is known. */
    authorId: text('author_id').notNull(),
    handle: text('handle').notNull(),
    displayName: text('display_name'),
    avatarUrl: text('avatar_url'),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.authorId] }),
    // Whole handles, and what they begin with: by code point, whatever the order of the database is.
    index('authors_handles').on(sql`lower(${t.handle}) text_pattern_ops`),
  ],
);

/** Names that an author had in the stream before the one that `authors` has. */
export const authorNames = pgTable(
  'author_names',
  {
    streamId: integer('stream_id').notNull(),
    authorId: text('author_id').notNull(),
    handle: text('handle').notNull(),
    /** When they were last seen with it, as far as it is known. */
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.authorId, t.handle] })],
);

/** How many followers the account had, each time its platform told. */
export const followerSnapshots = pgTable(
  'follower_snapshots',
  {
    streamId: integer('stream_id').notNull(),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
    followers: bigint('followers', { mode: 'number' }),
    following: bigint('following', { mode: 'number' }),
    reportedPosts: bigint('reported_posts', { mode: 'number' }),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.observedAt] })],
);

/** When each provider last delivered posts of the stream. */
export const streamProviders = pgTable(
  'stream_providers',
  {
    streamId: integer('stream_id').notNull(),
    provider: provider('provider').notNull(),
    collectedAt: timestamp('collected_at', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.provider] })],
);
