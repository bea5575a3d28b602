import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { AccountProfile, Media } from '../../shared/post.ts';
import type { StoredEmote } from '../../shared/stored-emotes.ts';
import { bytea, postKind, provider, tsvector } from './types.ts';

const metricColumns = {
  likes: bigint('likes', { mode: 'number' }),
  reposts: bigint('reposts', { mode: 'number' }),
  replies: bigint('replies', { mode: 'number' }),
  quotes: bigint('quotes', { mode: 'number' }),
  bookmarks: bigint('bookmarks', { mode: 'number' }),
  /** The platform's figure, else the estimate of `shared/metrics.ts` with the ratio that all streams share. */
  impressions: bigint('impressions', { mode: 'number' }),
  impressionsEstimated: boolean('impressions_estimated').notNull().default(false),
};

/**
 * A tweet or chat message of one stream, with everything derived from it. Texts and lists have no planner statistics
 * (migration 0005): restore them for a column that a query selects by.
 */
export const posts = pgTable(
  'posts',
  {
    streamId: integer('stream_id').notNull(),
    /** See `shared/post-key.ts`: sorts by time. */
    postId: uuid('post_id').notNull(),
    /** The platform's own id of a chat message, a random UUID; null on X, whose ids are in `post_id`. */
    platformId: uuid('platform_id'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    /** Whether only the day is known: `created_at` is then 00:00 UTC of it. */
    hourUnknown: boolean('hour_unknown').notNull().default(false),
    collectedAt: timestamp('collected_at', { withTimezone: true }).notNull(),
    /** When the metrics were read at the platform. */
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
    /** When the newest stored observation was made. Null: at `observed_at`. */
    seenAt: timestamp('seen_at', { withTimezone: true }),
    /**
     * For facts that the newest observation lacks, the times of their observation: milliseconds by name. Null: it has
     * all.
     */
    toldAt: json('told_at').$type<Readonly<Record<string, number>>>(),
    ...metricColumns,
    /** likes + reposts + replies + quotes, as far as known; null when none is. */
    engagement: bigint('engagement', { mode: 'number' }),
    bits: integer('bits').notNull().default(0),
    /**
     * Of a chat message: whether it is its author's first in the channel, and whether the author returns after a long
     * time. Null: unknown.
     */
    isFirst: boolean('is_first'),
    isReturning: boolean('is_returning'),
    /** Ten-thousandths, -10000 to 10000: whole numbers, so that sums stay exact. Null: unscored. */
    sentiment: smallint('sentiment'),
    /** False for posts by others, such as replies fetched for a conversation: `Stats` does not count them. */
    own: boolean('own').notNull(),
    /**
     * Of own posts, whether this row counts across streams: `own and stands` selects each post once, even when several
     * streams have it. A row that is not own always has true.
     */
    stands: boolean('stands').notNull().default(true),
    kind: postKind('kind').notNull(),
    /** The provider of the newest metrics; every payload's provider is in `raw_payloads`. */
    provider: provider('provider').notNull(),
    authorId: text('author_id').notNull(),
    text: text('text').notNull(),
    language: text('language'),
    client: text('client'),
    replyTo: text('reply_to'),
    repostOf: text('repost_of'),
    parentId: uuid('parent_id'),
    /** Of a quote, the quoted post; null when unknown. */
    quotedId: uuid('quoted_id'),
    /** Of a repost, the original post; null when unknown. */
    repostedId: uuid('reposted_id'),
    // In chat messages null replaces an empty list, which takes 13 bytes: most messages have six of them.
    hashtags: text('hashtags').array(),
    mentions: text('mentions').array(),
    cashtags: text('cashtags').array(),
    urls: text('urls').array(),
    domains: text('domains').array(),
    emoji: text('emoji').array(),
    words: text('words').array(),
    media: json('media').$type<readonly Media[]>(),
    emotes: json('emotes').$type<readonly StoredEmote[]>(),
    badges: text('badges').array(),
    // Of a chat message, `words` and `badges` as one text each: see `shared/stored-lists.ts`. Older rows have arrays.
    messageWords: text('message_words'),
    messageBadges: text('message_badges'),
    /** The source of `search` in release 0.1.0. */
    searchText: text('search_text'),
    /** The text's words, by `shared/search-words.ts`. Null: written by a server of release 0.1.0 during an update. */
    search: tsvector('search'),
    /**
     * The version of the rules that made `search` (`ingest/write/row.ts`); null: Postgres' own rules, in release 0.1.0.
     */
    searchRules: smallint('search_rules'),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.postId] }),
    // Posts of one instant, which are few, are put in order when they are read: with its key in both indexes, a post takes 45 bytes more.
    index('posts_created').on(t.streamId, t.createdAt),
    // The newest posts of all streams.
    index('posts_newest').on(t.createdAt),
    // A post in all its streams; a message belongs to one channel. With the engagement, since the paths of all
    // conversations need that of a hundred thousand posts, whose rows lie far apart.
    index('posts_post').on(t.postId, t.streamId, t.engagement).where(sql`${t.platformId} is null`),
    // Few: posts that the sum of several streams' tallies counts more than once.
    index('posts_doubles').on(t.createdAt).where(sql`${t.own} and not ${t.stands}`),
    // The top posts of a stream by each sortable figure; unknown figures (-1) are last. Posts without any figure, such
    // as chat, reposts and old archives, share one index instead of an entry in each.
    ...(['likes', 'reposts', 'replies', 'engagement'] as const).map((figure) =>
      index(`posts_${figure}`)
        .on(t.streamId, sql`coalesce(${t[figure]}, -1)`, t.createdAt, t.postId)
        .where(sql`${t.engagement} is not null or ${t.impressions} is not null`),
    ),
    // Measured and estimated impressions each in their order: estimates are multiplied by the stream's ratio when they
    // are read.
    index('posts_impressions')
      .on(t.streamId, t.impressionsEstimated, sql`coalesce(${t.impressions}, -1)`, t.createdAt, t.postId)
      .where(sql`${t.engagement} is not null or ${t.impressions} is not null`),
    index('posts_unrated')
      .on(t.streamId, t.createdAt, t.postId)
      // Messages have no figures: for them this would repeat posts_created.
      .where(sql`${t.engagement} is null and ${t.impressions} is null and ${t.platformId} is null`),
    // Few: without this index finding them reads all posts of the stream.
    index('posts_others').on(t.streamId, t.createdAt, t.postId).where(sql`not ${t.own}`),
    // A chatter's messages. Without the time equal authors share an entry, so a message takes ten bytes.
    index('posts_chatter').on(t.streamId, t.authorId).where(sql`${t.kind} = 'MESSAGE'`),
    // Messages with bits, which are few, by time: a channel's timeline.
    index('posts_bits').on(t.streamId, t.postId, t.bits).where(sql`${t.bits} > 0`),
    // New entries wait in a list, which each search reads in full and which stays in the file: 512 kB of it instead of
    // 4 MB.
    index('posts_search').using('gin', t.search).with({ gin_pending_list_limit: 512 }),
    // A chat message by its platform's id. A B-tree of random ids would be slow to write and large; this index reads
    // more.
    index('posts_platform_id').using('brin', t.platformId.op('uuid_bloom_ops')),
    // The posts that were observed at a time. They lie together, since they were written together, so the index has an entry
    // for each block of them: 57 kB for 1,110,000 posts.
    index('posts_observed')
      .using('brin', t.observedAt.op('timestamptz_minmax_multi_ops'))
      .with({ autosummarize: true }),
  ],
);

/**
 * The payloads of providers, unchanged, so that a better parser can read them again: a replay of these rows in order
 * rebuilds the stream. Hundreds of posts share a row: deflated together they take less space, and one insert.
 */
export const rawPayloads = pgTable(
  'raw_payloads',
  {
    streamId: integer('stream_id').notNull(),
    batchId: bigint('batch_id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    provider: provider('provider').notNull(),
    collectedAt: timestamp('collected_at', { withTimezone: true }).notNull(),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
    /** The account's profile at that time, which the parser needs beside the payloads. Null for a topic. */
    account: json('account').$type<AccountProfile>(),
    /** The posts of these payloads, in order. */
    postIds: uuid('post_ids').array().notNull(),
    /** JSON texts, separated by the record separator U+001E (which JSON cannot have unescaped), raw deflate. */
    payloads: bytea('payloads').notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.batchId] })],
);

/** Earlier observations of metrics; the newest are in `posts`. */
export const metricHistory = pgTable(
  'metric_history',
  {
    streamId: integer('stream_id').notNull(),
    postId: uuid('post_id').notNull(),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
    ...metricColumns,
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.postId, t.observedAt] }),
    // As posts_observed.
    index('metric_history_observed')
      .using('brin', t.observedAt.op('timestamptz_minmax_multi_ops'))
      .with({ autosummarize: true }),
  ],
);

/**
 * The versions of edited posts: each edit has its own post id. `posts` has only the newest version that was ever
 * received; an earlier one is ignored for good.
 */
export const postVersions = pgTable(
  'post_versions',
  {
    streamId: integer('stream_id').notNull(),
    postId: uuid('post_id').notNull(),
    /** The first version's id, which all versions of a post share. */
    firstId: uuid('first_id').notNull(),
    /** Whether the stream ever had this version. */
    came: boolean('came').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.postId] }),
    index('post_versions_first').on(t.streamId, t.firstId),
  ],
);

/** One row per hashtag of a post, to find posts by hashtag in order of time. */
export const postTerms = pgTable(
  'post_terms',
  {
    streamId: integer('stream_id').notNull(),
    term: text('term').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    postId: uuid('post_id').notNull(),
    /** The post's author. Null: written by a server of release 0.1.0 during an update; a rebuild sets it. */
    authorId: text('author_id'),
    /**
     * Whether the use counts across streams: true in the representing row of an own post that is no repost (a repost's
     * terms are the original's). So these rows have each use once.
     */
    stands: boolean('stands').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.term, t.createdAt, t.postId] }),
    // All uses in a window of time with their authors, without reading the rows.
    index('post_terms_window').on(t.createdAt, t.term, t.authorId).where(sql`${t.stands}`),
    // All uses of one term.
    index('post_terms_term').on(t.term, t.createdAt, t.authorId).where(sql`${t.stands}`),
  ],
);
