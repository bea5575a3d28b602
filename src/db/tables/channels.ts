import {
  bigint,
  integer,
  json,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { channelEventKinds } from '../../shared/channel-event.ts';
import { namesOf } from '../../shared/names.ts';
import { emoteServices } from '../../shared/named-emote.ts';

export const channelEventKind = pgEnum('channel_event_kind', namesOf(channelEventKinds));

/**
 * Events of a channel beside its messages. Deletions stay, since they reject the deleted messages when these come
 * again.
 */
export const channelEvents = pgTable(
  'channel_events',
  {
    streamId: integer('stream_id').notNull(),
    /** Made like a message's key (`shared/post-key.ts`): sorts by time. */
    eventId: uuid('event_id').notNull(),
    at: timestamp('at', { withTimezone: true }).notNull(),
    kind: channelEventKind('kind').notNull(),
    /** As `authors.author_id`; null when nobody is named. */
    authorId: text('author_id'),
    handle: text('handle'),
    displayName: text('display_name'),
    /** Of a MESSAGE_DELETED, the platform's id of the message. */
    messageId: uuid('message_id'),
    /** See `shared/channel-event.ts`. */
    amount: integer('amount'),
    text: text('text'),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.eventId] })],
);

/** The observed broadcasts of a channel. */
export const broadcasts = pgTable(
  'broadcasts',
  {
    streamId: integer('stream_id').notNull(),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
    /** The newest values. */
    title: text('title').notNull(),
    category: text('category'),
    viewers: bigint('viewers', { mode: 'number' }).notNull(),
    peakViewers: bigint('peak_viewers', { mode: 'number' }).notNull(),
    /** When it was last seen on air. */
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull(),
    /** When it was first seen to have ended; null before. */
    endedAt: timestamp('ended_at', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.startedAt] })],
);

/** The viewers of a channel, at each observation while it was on air. */
export const viewerReadings = pgTable(
  'viewer_readings',
  {
    streamId: integer('stream_id').notNull(),
    observedAt: timestamp('observed_at', { withTimezone: true }).notNull(),
    viewers: bigint('viewers', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.observedAt] })],
);

export const emoteService = pgEnum('emote_service', namesOf(emoteServices));

/**
 * Emotes of services other than Twitch, which chats write as plain words: one set per service and channel, as fetched
 * last.
 */
export const emoteSets = pgTable(
  'emote_sets',
  {
    /** 0 for emotes of all channels. */
    streamId: integer('stream_id').notNull(),
    service: emoteService('service').notNull(),
    fetchedAt: timestamp('fetched_at', { withTimezone: true }).notNull(),
    /** Names, each with the address of its picture. */
    emotes: json('emotes').$type<readonly (readonly [name: string, imageUrl: string])[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.service] })],
);
