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

/** The registry of streams. All other data of a stream has its `stream_id` first. */
export const streams = pgTable(
  'streams',
  {
    streamId: integer('stream_id').primaryKey().generatedAlwaysAsIdentity(),
    kind: streamKind('kind').notNull(),
    platform: platform('platform').notNull(),
    /**
     * Identifies the stream. An account: `id:<platform id>` when known, else `handle:<lower case>`. A topic: its query
     * in lower case.
     */
    identity: text('identity').notNull(),
    title: text('title').notNull(),
    /** Increased by `touch` in each transaction that changes what responses can show; part of every cache key. */
    version: bigint('version', { mode: 'number' }).notNull().default(0),
    /** The number of own posts that ever came in; increased with the version. */
    arrived: bigint('arrived', { mode: 'number' }).notNull().default(0),
    /** The last 200 of them in order of arrival, which subscribers to new posts read. */
    arrivals: uuid('arrivals').array().notNull().default([]),
    /** Whether it is a demo; `larkstat demo remove` erases these. */
    demo: boolean('demo').notNull().default(false),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** When the newest successful fetch or import ended. */
    fetchedAt: timestamp('fetched_at', { withTimezone: true }),
    earliestPostAt: timestamp('earliest_post_at', { withTimezone: true }),
    latestPostAt: timestamp('latest_post_at', { withTimezone: true }),
    /** Milliseconds between refreshes; null when it is only refreshed on request. */
    trackEveryMs: bigint('track_every_ms', { mode: 'number' }),
    trackNextAt: timestamp('track_next_at', { withTimezone: true, precision: 3 }),
    /** Ranges of post ids that were fetched completely: see `fetch/coverage.ts`. Null before the first fetch. */
    covered: json('covered').$type<readonly (readonly [from: string, to: string])[]>(),
    /** The newest fetched reply of each recent conversation, by the id of its first post. */
    newestReplies: json('newest_replies').$type<Readonly<Record<string, string>>>(),
    /** Own posts with measured impressions and known likes or reposts, and their sums of both. */
    measuredPosts: bigint('measured_posts', { mode: 'number' }).notNull().default(0),
    measuredImpressions: bigint('measured_impressions', { mode: 'number' }).notNull().default(0),
    measuredReactions: bigint('measured_reactions', { mode: 'number' }).notNull().default(0),
    /** The number of values added to `tally_months` since its parts were last merged. */
    unfolded: bigint('unfolded', { mode: 'number' }).notNull().default(0),
    /** The factor of likes + reposts in the estimate of impressions: see `stats/totals/README.md`. */
    impressionsPerReaction: integer('impressions_per_reaction')
      .notNull()
      .generatedAlwaysAs(
        sql.raw(`case when measured_reactions = 0 then ${impressionsPerReaction} else least(100000, greatest(1, round(
          (measured_posts * measured_impressions::numeric + ${priorPosts * impressionsPerReaction} * measured_reactions::numeric)
            / (measured_reactions::numeric * (measured_posts + ${priorPosts}))))) end`),
      ),
    /** The `derivationVersion` of its derived data, or, while it is in `rebuilds`, of the running rebuild. */
    derivation: integer('derivation').notNull().default(0),
    /**
     * Increased with the version by processes that derive by that number or a higher one. It stays behind when a
     * process of an older release writes, as during a cluster's update: then the stream is rebuilt again.
     */
    derivedVersion: bigint('derived_version', { mode: 'number' }).notNull().default(0),
    /** The version up to which `chatter_days` has all days of a channel that are over: see `ingest/folding/chatters.ts`. */
    chattersFolded: bigint('chatters_folded', { mode: 'number' }).notNull().default(0),
  },
  (t) => [
    uniqueIndex('streams_identity').on(t.kind, t.platform, t.identity),
    index('streams_track').on(t.trackNextAt),
  ],
);

/** Running and interrupted rebuilds. */
export const rebuilds = pgTable('rebuilds', {
  streamId: integer('stream_id').primaryKey(),
  /** The last rebuilt post; null before the first. */
  reached: uuid('reached'),
  /** Rebuilt own posts. */
  posts: bigint('posts', { mode: 'number' }).notNull().default(0),
  /** Payloads that could not be read, and were skipped. */
  unreadable: bigint('unreadable', { mode: 'number' }).notNull().default(0),
  /** Grows whenever a process takes the rebuild. Writes with an older lease have no effect. */
  lease: integer('lease').notNull().default(1),
  /** Until then no other process takes it. */
  until: timestamp('until', { withTimezone: true }).notNull(),
  /** How often it was taken since its last progress: the wait doubles each time. */
  failures: smallint('failures').notNull().default(1),
});

/** The version of the list of streams: a single row. */
export const registry = pgTable(
  'registry',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    /** Increased when a stream is created or deleted, or gets another handle. */
    version: bigint('version', { mode: 'number' }).notNull().default(0),
  },
  (t) => [check('registry_has_one_row', sql`${t.isOnly}`)],
);

/** The profile of an account, as its platform last returned it. */
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

/** The authors of a stream's posts. */
export const authors = pgTable(
  'authors',
  {
    streamId: integer('stream_id').notNull(),
    /** The platform's id, or `@handle` in lower case when only that is known. */
    authorId: text('author_id').notNull(),
    handle: text('handle').notNull(),
    displayName: text('display_name'),
    avatarUrl: text('avatar_url'),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.authorId] }),
    // Handles and their prefixes: in code point order, whatever the database's collation is.
    index('authors_handles').on(sql`lower(${t.handle}) text_pattern_ops`),
  ],
);

/** Earlier handles of an author in the stream; `authors` has the current one. */
export const authorNames = pgTable(
  'author_names',
  {
    streamId: integer('stream_id').notNull(),
    authorId: text('author_id').notNull(),
    handle: text('handle').notNull(),
    /** When the author was last seen with it, as far as known. */
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.authorId, t.handle] })],
);

/** The account's followers, at each observation. */
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
