import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { deliveryMethods, alertKinds, alertStates, deliveryStates } from '../../shared/alert.ts';
import { namesOf } from '../../shared/names.ts';

export const alertKind = pgEnum('alert_kind', namesOf(alertKinds));
export const alertState = pgEnum('alert_state', namesOf(alertStates));
export const deliveryMethod = pgEnum('delivery_method', namesOf(deliveryMethods));
export const deliveryState = pgEnum('delivery_state', namesOf(deliveryStates));

// All of them are plain local tables on a cluster, like `streams`: few rows, and locks and unique keys that have to hold.

/** What is watched for. Its row is locked while it is evaluated: one process at a time. */
export const alerts = pgTable(
  'alerts',
  {
    alertId: integer('alert_id').primaryKey().generatedAlwaysAsIdentity(),
    name: text('name').notNull(),
    kind: alertKind('kind').notNull(),
    /** What fires it: see `alerts/condition.ts`. */
    condition: jsonb('condition').notNull(),
    /** The streams that it watches; null: all. One that is deleted leaves the list. */
    streams: integer('streams').array(),
    state: alertState('state').notNull().default('ACTIVE'),
    /** Why larkstat paused it; null: it did not. */
    note: text('note'),
    /** From one firing to the next, at least. */
    cooldownMs: bigint('cooldown_ms', { mode: 'number' }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    evaluatedAt: timestamp('evaluated_at', { withTimezone: true, precision: 3 }),
    /** When it is evaluated, whether a stream changed or not; null: when one changes. */
    nextAt: timestamp('next_at', { withTimezone: true, precision: 3 }),
    /** When it last fired, tests not counted. */
    firedAt: timestamp('fired_at', { withTimezone: true, precision: 3 }),
    /** Counts its events: each has the next number. */
    fired: bigint('fired', { mode: 'number' }).notNull().default(0),
    /** What went wrong at the last evaluation; null when it went well. */
    error: text('error'),
    errorAt: timestamp('error_at', { withTimezone: true, precision: 3 }),
    /** What is usual, computed now and then: see `alerts/condition.ts`. */
    memory: jsonb('memory'),
  },
  (t) => [index('alerts_next').on(t.nextAt).where(sql`state = 'ACTIVE'`)],
);

/** Where firings of an alert are sent, one by each method at most. */
export const alertTargets = pgTable(
  'alert_targets',
  {
    alertId: integer('alert_id').notNull(),
    method: deliveryMethod('method').notNull(),
    /** A URL, for a webhook. */
    target: text('target').notNull(),
    /** What its messages are signed with, as it is: every worker signs. Shown once, when it is made. */
    secret: text('secret').notNull(),
    /** Since when no delivery succeeded; null: the last one did. */
    failingSince: timestamp('failing_since', { withTimezone: true, precision: 3 }),
    /** Nothing is sent any more since then, as the note says. */
    disabledAt: timestamp('disabled_at', { withTimezone: true, precision: 3 }),
    note: text('note'),
  },
  (t) => [primaryKey({ columns: [t.alertId, t.method] })],
);

/** How far an alert has looked at a stream. */
export const alertStreams = pgTable(
  'alert_streams',
  {
    alertId: integer('alert_id').notNull(),
    streamId: integer('stream_id').notNull(),
    /** The version of the stream that was looked at. */
    seenVersion: bigint('seen_version', { mode: 'number' }).notNull(),
    /** How many of its own posts had come in by then. */
    seenArrived: bigint('seen_arrived', { mode: 'number' }).notNull(),
    /** When the figures were read of which the last event of this stream told; null before. */
    toldAt: timestamp('told_at', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.alertId, t.streamId] }), index('alert_streams_stream').on(t.streamId)],
);

/** A post of which an alert tells, or will tell: each once, whatever number of streams have it. */
export const alertPosts = pgTable(
  'alert_posts',
  {
    alertId: integer('alert_id').notNull(),
    postId: uuid('post_id').notNull(),
    /** The stream that it was found in. */
    streamId: integer('stream_id').notNull(),
    matchedAt: timestamp('matched_at', { withTimezone: true, precision: 3 }).notNull(),
    /** Times its account's normal likes; null for a saved search. */
    measured: doublePrecision('measured'),
    /** The event that tells of it; null while the alert cools down. */
    eventId: uuid('event_id'),
  },
  (t) => [
    primaryKey({ columns: [t.alertId, t.postId] }),
    index('alert_posts_waiting').on(t.alertId).where(sql`event_id is null`),
    index('alert_posts_event').on(t.eventId),
    index('alert_posts_stream').on(t.streamId),
  ],
);

/** A firing of an alert. */
export const alertEvents = pgTable(
  'alert_events',
  {
    eventId: uuid('event_id').primaryKey().defaultRandom(),
    alertId: integer('alert_id').notNull(),
    /** 1 for the first event of the alert. */
    number: bigint('number', { mode: 'number' }).notNull(),
    /** What fired it, so that the same thing fires it once. */
    cause: text('cause').notNull(),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    /** Asked for by hand, to try the webhook. */
    isTest: boolean('is_test').notNull().default(false),
    /** The stream that it is about; null when it is about none, or several. */
    streamId: integer('stream_id'),
    /** What was measured, and what is needed to fire, in the unit of the condition. */
    measured: doublePrecision('measured').notNull(),
    threshold: doublePrecision('threshold').notNull(),
    summary: text('summary').notNull(),
    /** How many posts it is about. */
    posts: integer('posts').notNull().default(0),
  },
  (t) => [
    uniqueIndex('alert_events_cause').on(t.alertId, t.cause),
    uniqueIndex('alert_events_number').on(t.alertId, t.number),
    index('alert_events_stream').on(t.streamId),
  ],
);

/** An event on its way to a target. */
export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    deliveryId: uuid('delivery_id').primaryKey().defaultRandom(),
    eventId: uuid('event_id').notNull(),
    alertId: integer('alert_id').notNull(),
    method: deliveryMethod('method').notNull(),
    state: deliveryState('state').notNull().default('PENDING'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    /** Attempts in all. What an attempt that is not the last one writes is void. */
    attempts: integer('attempts').notNull().default(0),
    /** Attempts since it was last asked for, by its event or by hand: each waits longer. */
    tries: integer('tries').notNull().default(0),
    /** When the next attempt is due; while one is under way, when it is taken for dead. Null when it is over. */
    nextAt: timestamp('next_at', { withTimezone: true, precision: 3 }),
    attemptedAt: timestamp('attempted_at', { withTimezone: true, precision: 3 }),
    /** What the receiver answered last; null: nothing. */
    status: integer('status'),
    error: text('error'),
    /** The last 20 attempts, oldest first. */
    log: jsonb('log')
      .$type<readonly { at: string; ms: number; status: number | null; error: string | null }[]>()
      .notNull()
      .default([]),
  },
  (t) => [
    index('alert_deliveries_due').on(t.nextAt).where(sql`state = 'PENDING'`),
    index('alert_deliveries_event').on(t.eventId),
    index('alert_deliveries_alert').on(t.alertId),
  ],
);
