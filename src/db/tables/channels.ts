import { integer, pgEnum, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { channelEventKinds } from '../../shared/channel-event.ts';
import { namesOf } from '../../shared/names.ts';

export const channelEventKind = pgEnum('channel_event_kind', namesOf(channelEventKinds));

/** What happened in a channel beside its messages. Deletions stay: they keep out the messages that they took away. */
export const channelEvents = pgTable(
  'channel_events',
  {
    streamId: integer('stream_id').notNull(),
    /** Made as the key of a message is (`shared/post-key.ts`): sorts by time. */
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
