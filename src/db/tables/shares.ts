import { boolean, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Pages shared by a link. Revoking deletes the row, and its number is never used again. */
export const shares = pgTable('shares', {
  shareId: integer('share_id').primaryKey().generatedAlwaysAsIdentity(),
  /** The address of the page, from the server's root on. */
  path: text('path').notNull(),
  /** The streams that the page showed when it was shared. Deleted ones are missing. */
  streamIds: integer('stream_ids').array().notNull(),
  /** Whether the page shows hashtags over all streams. */
  trends: boolean('trends').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  /** When the link expires, in whole seconds as in the link. */
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});
