import { date, integer, numeric, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { provider } from './types.ts';

/** The cost of each provider per month (UTC), by the price list. Running requests are reserved in it. */
export const spending = pgTable(
  'spending',
  {
    provider: provider('provider').notNull(),
    /** First day of the month. */
    month: date('month').notNull(),
    usd: numeric('usd', { precision: 14, scale: 6 }).notNull().default('0'),
    /** Charged posts. */
    posts: integer('posts').notNull().default(0),
    requests: integer('requests').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.provider, t.month] })],
);

/** Posts charged on a day (UTC): some providers charge the same post once a day. Older days are removed. */
export const chargedPosts = pgTable(
  'charged_posts',
  {
    provider: provider('provider').notNull(),
    day: date('day').notNull(),
    platformId: text('platform_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.day, t.platformId] })],
);

/** The state of each provider, from workers for the API. */
export const providerStates = pgTable('provider_states', {
  provider: provider('provider').primaryKey(),
  /** When its circuit closes again after repeated failures; null when it is closed. */
  openUntil: timestamp('open_until', { withTimezone: true }),
  limitedUntil: timestamp('limited_until', { withTimezone: true }),
  /** The last error; null since its last success. */
  note: text('note'),
  seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
});
