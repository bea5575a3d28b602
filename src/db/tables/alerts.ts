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

// On a cluster all of them are plain local tables, like `streams`: they have few rows, and need locks and unique keys.

/** Alerts. A row is locked during its evaluation, so only one process evaluates it. */
export const alerts = pgTable(
  'alerts',
  {
    alertId: integer('alert_id').primaryKey().generatedAlwaysAsIdentity(),
    name: text('name').notNull(),
    kind: alertKind('kind').notNull(),
    /** See `alerts/condition.ts`. */
    condition: jsonb('condition').notNull(),
    /** The watched streams; null: all. A deleted stream is removed from the list. */
    streams: integer('streams').array(),
    state: alertState('state').notNull().default('ACTIVE'),
    /** Why larkstat paused it; null when it did not. */
    note: text('note'),
    /** The shortest time between two firings. */
    cooldownMs: bigint('cooldown_ms', { mode: 'number' }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    evaluatedAt: timestamp('evaluated_at', { withTimezone: true, precision: 3 }),
    /** When it is evaluated even without a change of a stream; null: only after changes. */
    nextAt: timestamp('next_at', { withTimezone: true, precision: 3 }),
    /** When it last fired, tests not counted. */
    firedAt: timestamp('fired_at', { withTimezone: true, precision: 3 }),
    /** The number of its events, and so the newest one's number. */
    fired: bigint('fired', { mode: 'number' }).notNull().default(0),
    /** The error of the last evaluation; null when it succeeded. */
    error: text('error'),
    errorAt: timestamp('error_at', { withTimezone: true, precision: 3 }),
    /** The usual values, computed now and then: see `alerts/condition.ts`. */
    memory: jsonb('memory'),
  },
  (t) => [index('alerts_next').on(t.nextAt).where(sql`state = 'ACTIVE'`)],
);

/** Where an alert's events are sent: at most one target per method. */
export const alertTargets = pgTable(
  'alert_targets',
  {
    alertId: integer('alert_id').notNull(),
    method: deliveryMethod('method').notNull(),
    /** A URL, for a webhook. */
    target: text('target').notNull(),
    /** The key that signs its messages, in plain text since every worker signs. Shown once, at the alert's creation. */
    secret: text('secret').notNull(),
    /** The time since which no delivery succeeded; null when the last one did. */
    failingSince: timestamp('failing_since', { withTimezone: true, precision: 3 }),
    /** When larkstat stopped sending; the note has the reason. */
    disabledAt: timestamp('disabled_at', { withTimezone: true, precision: 3 }),
    note: text('note'),
  },
  (t) => [primaryKey({ columns: [t.alertId, t.method] })],
);

/** How much of a stream an alert has checked. */
export const alertStreams = pgTable(
  'alert_streams',
  {
    alertId: integer('alert_id').notNull(),
    streamId: integer('stream_id').notNull(),
    /** The version of the stream at the last check. */
    seenVersion: bigint('seen_version', { mode: 'number' }).notNull(),
    /** The number of the stream's own posts at that version. */
    seenArrived: bigint('seen_arrived', { mode: 'number' }).notNull(),
    /** When the figures of this stream's last event were read; null before. */
    toldAt: timestamp('told_at', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.alertId, t.streamId] }), index('alert_streams_stream').on(t.streamId)],
);

/** A post that an alert reported or will report: once, even when several streams have it. */
export const alertPosts = pgTable(
  'alert_posts',
  {
    alertId: integer('alert_id').notNull(),
    postId: uuid('post_id').notNull(),
    /** The stream where it was found. */
    streamId: integer('stream_id').notNull(),
    matchedAt: timestamp('matched_at', { withTimezone: true, precision: 3 }).notNull(),
    /** Times its account's normal likes; null for a saved search. */
    measured: doublePrecision('measured'),
    /** The event that reports it; null while the alert cools down. */
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
    /** Identifies the cause, so that the same cause fires only once. */
    cause: text('cause').notNull(),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    /** Whether a person fired it to test the webhook. */
    isTest: boolean('is_test').notNull().default(false),
    /** Its stream; null when it concerns none, or several. */
    streamId: integer('stream_id'),
    /** The measured value, and the threshold to fire, in the unit of the condition. */
    measured: doublePrecision('measured').notNull(),
    threshold: doublePrecision('threshold').notNull(),
    summary: text('summary').notNull(),
    /** The number of posts that it reports. */
    posts: integer('posts').notNull().default(0),
  },
  (t) => [
    uniqueIndex('alert_events_cause').on(t.alertId, t.cause),
    uniqueIndex('alert_events_number').on(t.alertId, t.number),
    index('alert_events_stream').on(t.streamId),
  ],
);

/** The delivery of an event to a target. */
export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    deliveryId: uuid('delivery_id').primaryKey().defaultRandom(),
    eventId: uuid('event_id').notNull(),
    alertId: integer('alert_id').notNull(),
    method: deliveryMethod('method').notNull(),
    state: deliveryState('state').notNull().default('PENDING'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    /** All attempts. Writes of any but the newest attempt have no effect. */
    attempts: integer('attempts').notNull().default(0),
    /** Attempts since the last request, by its event or by hand: the waits between them grow. */
    tries: integer('tries').notNull().default(0),
    /** When the next attempt is due; during an attempt, when it counts as dead. Null when the delivery has ended. */
    nextAt: timestamp('next_at', { withTimezone: true, precision: 3 }),
    attemptedAt: timestamp('attempted_at', { withTimezone: true, precision: 3 }),
    /** The status of the last response; null without one. */
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
