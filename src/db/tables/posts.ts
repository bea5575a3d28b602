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
  /** As measured by the platform, else the estimate of `shared/metrics.ts` by the ratio that all streams share. */
  impressions: bigint('impressions', { mode: 'number' }),
  impressionsEstimated: boolean('impressions_estimated').notNull().default(false),
};

/**
 * A tweet or chat message, as one stream has it, with everything derived from it. Of texts and lists the planner has no
 * statistics (migration 0005): give them back to one that a query is to select by.
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
    /** When the newest sighting was made that the row holds something of. Null: at `observed_at`. */
    seenAt: timestamp('seen_at', { withTimezone: true }),
    /** Of the facts that the newest sighting did not tell, when they were told: milliseconds by name. Null: it told all. */
    toldAt: json('told_at').$type<Readonly<Record<string, number>>>(),
    ...metricColumns,
    /** likes + reposts + replies + quotes of those known; null when none is. */
    engagement: bigint('engagement', { mode: 'number' }),
    bits: integer('bits').notNull().default(0),
    /** Of a chat message: whether it is its author's first in the channel, and whether they are back after long. Null: not told. */
    isFirst: boolean('is_first'),
    isReturning: boolean('is_returning'),
    /** Ten-thousandths, -10000 to 10000: whole numbers, so that sums stay exact. Null: unscored. */
    sentiment: smallint('sentiment'),
    /** False for posts by others, as replies fetched for a conversation: `Stats` does not count them. */
    own: boolean('own').notNull(),
    /**
     * Of own posts, whether this row is the one that counts across streams: `own and stands` selects each post once,
     * however many streams have it. A row that is not own says nothing here, and has true.
     */
    stands: boolean('stands').notNull().default(true),
    kind: postKind('kind').notNull(),
    /** Who delivered the newest metrics; every payload's provider is in `raw_payloads`. */
    provider: provider('provider').notNull(),
    authorId: text('author_id').notNull(),
    text: text('text').notNull(),
    language: text('language'),
    client: text('client'),
    replyTo: text('reply_to'),
    repostOf: text('repost_of'),
    parentId: uuid('parent_id'),
    /** Of a quote, the post that it quotes; null where the source does not tell. */
    quotedId: uuid('quoted_id'),
    /** Of a repost, the post that it reposts; null where the source does not tell. */
    repostedId: uuid('reposted_id'),
    // Null in place of an empty one, in chat messages: an empty list takes 13 bytes, and most messages have six of them.
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
    // Of a chat message, `words` and `badges` as one text each: see `shared/stored-lists.ts`. Rows of before have arrays.
    messageWords: text('message_words'),
    messageBadges: text('message_badges'),
    /** What release 0.1.0 made `search` of. */
    searchText: text('search_text'),
    /** The words of the text, as `shared/search-words.ts` cuts them. Null: written by a server of release 0.1.0, beside newer ones. */
    search: tsvector('search'),
    /** The rules by which `search` was made (`ingest/write/row.ts`); null: by Postgres' own, in release 0.1.0. */
    searchRules: smallint('search_rules'),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.postId] }),
    // Posts of one instant, which are few, are put in order when they are read: with its key in both indexes, a post takes 45 bytes more.
    index('posts_created').on(t.streamId, t.createdAt),
    // The newest of all streams together.
    index('posts_newest').on(t.createdAt),
    // A post in whatever streams have it: a message belongs to one channel. With its engagement: the paths of all conversations
    // take that of a hundred thousand posts, whose rows lie far apart.
    index('posts_post').on(t.postId, t.streamId, t.engagement).where(sql`${t.platformId} is null`),
    // Few: what tallies of streams count more than once when they are added up.
    index('posts_doubles').on(t.createdAt).where(sql`${t.own} and not ${t.stands}`),
    // The top of a stream by each figure that people sort by; unknown ones (-1) come last. Posts without any, as chat,
    // reposts and old archives are full of, share an index instead of taking a place in each.
    ...(['likes', 'reposts', 'replies', 'engagement'] as const).map((figure) =>
      index(`posts_${figure}`)
        .on(t.streamId, sql`coalesce(${t[figure]}, -1)`, t.createdAt, t.postId)
        .where(sql`${t.engagement} is not null or ${t.impressions} is not null`),
    ),
    // Measured ones and estimated ones each in their order: estimates are multiplied by the stream's ratio when they are read.
    index('posts_impressions')
      .on(t.streamId, t.impressionsEstimated, sql`coalesce(${t.impressions}, -1)`, t.createdAt, t.postId)
      .where(sql`${t.engagement} is not null or ${t.impressions} is not null`),
    index('posts_unrated')
      .on(t.streamId, t.createdAt, t.postId)
      // Of messages nothing is known: for them it would be posts_created once more.
      .where(sql`${t.engagement} is null and ${t.impressions} is null and ${t.platformId} is null`),
    // Few: without it, finding them reads every post of the stream.
    index('posts_others').on(t.streamId, t.createdAt, t.postId).where(sql`not ${t.own}`),
    // A chatter's messages. Without the time in it equal authors share an entry, so that a message takes ten bytes.
    index('posts_chatter').on(t.streamId, t.authorId).where(sql`${t.kind} = 'MESSAGE'`),
    // Messages with bits, which are few, by time: a channel's timeline.
    index('posts_bits').on(t.streamId, t.postId, t.bits).where(sql`${t.bits} > 0`),
    // What is new waits in a list, which each search reads as a whole, and which stays in the file: 512 kB of it, in place of 4 MB.
    index('posts_search').using('gin', t.search).with({ gin_pending_list_limit: 512 }),
    // A chat message by its platform's id. Random ids would make a B-tree slow to write and large; this reads more.
    index('posts_platform_id').using('brin', t.platformId.op('uuid_bloom_ops')),
  ],
);

/**
 * What each provider delivered, as it came, so that a better parser can read it again: a replay of these rows in
 * order makes the stream anew. Posts share a row by the hundred: deflated together they take less than one by
 * one, and cost one insert.
 */
export const rawPayloads = pgTable(
  'raw_payloads',
  {
    streamId: integer('stream_id').notNull(),
    batchId: bigint('batch_id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    provider: provider('provider').notNull(),
    collectedAt: timestamp('collected_at', { withTimezone: true }).notNull(),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
    /** Who the account was said to be: what the parser needs beside the payloads. Null for a topic. */
    account: json('account').$type<AccountProfile>(),
    /** Whose payloads these are, in order. */
    postIds: uuid('post_ids').array().notNull(),
    /** JSON texts, parted by the record separator U+001E (which JSON cannot hold unescaped), raw deflate. */
    payloads: bytea('payloads').notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.batchId] })],
);

/** Metrics as they were seen before the ones that stand in `posts`. */
export const metricHistory = pgTable(
  'metric_history',
  {
    streamId: integer('stream_id').notNull(),
    postId: uuid('post_id').notNull(),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
    ...metricColumns,
  },
  (t) => [primaryKey({ columns: [t.streamId, t.postId, t.observedAt] })],
);

/**
 * The versions of edited posts: each edit makes a post with an id of its own. Of one post only the newest version that
 * ever came is in `posts`; an earlier one is left out for good.
 */
export const postVersions = pgTable(
  'post_versions',
  {
    streamId: integer('stream_id').notNull(),
    postId: uuid('post_id').notNull(),
    /** The first version, which all versions of one post have in common. */
    firstId: uuid('first_id').notNull(),
    /** Whether the stream ever had this version. */
    came: boolean('came').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.postId] }),
    index('post_versions_first').on(t.streamId, t.firstId),
  ],
);

/** One row a hashtag of a post, for finding posts by hashtag in time order. */
export const postTerms = pgTable(
  'post_terms',
  {
    streamId: integer('stream_id').notNull(),
    term: text('term').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    postId: uuid('post_id').notNull(),
    /** Who wrote the post. Null: written by a server of release 0.1.0, beside newer ones; a rebuild fills it in. */
    authorId: text('author_id'),
    /**
     * Whether the use counts across streams: of an own post that is no repost (whose terms are the original's), by the
     * row that stands for it. So these rows have each use once.
     */
    stands: boolean('stands').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.streamId, t.term, t.createdAt, t.postId] }),
    // All uses in a window of time, with their authors: no other row is read.
    index('post_terms_window').on(t.createdAt, t.term, t.authorId).where(sql`${t.stands}`),
    // All uses of one term.
    index('post_terms_term').on(t.term, t.createdAt, t.authorId).where(sql`${t.stands}`),
  ],
);
