import { date, integer, numeric, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { provider } from './types.ts';

/** What each provider was paid, by the price list, in each month (UTC). What is under way is reserved in it. */
export const spending = pgTable(
  'spending',
  {
    provider: provider('provider').notNull(),
    /** First day of the month. */
    month: date('month').notNull(),
    usd: numeric('usd', { precision: 14, scale: 6 }).notNull().default('0'),
    /** Posts that were charged. */
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

/** What the workers know of a provider, for the API to tell. */
export const providerStates = pgTable('provider_states', {
  provider: provider('provider').primaryKey(),
  /** Until when its circuit is open after repeated failures; null when it is closed. */
  openUntil: timestamp('open_until', { withTimezone: true }),
  limitedUntil: timestamp('limited_until', { withTimezone: true }),
  /** What it last said went wrong; null since it last answered well. */
  note: text('note'),
  seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
});
