import { boolean, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Pages that were shared by a link. A share that is revoked loses its row, and its number is not given out again. */
export const shares = pgTable('shares', {
  shareId: integer('share_id').primaryKey().generatedAlwaysAsIdentity(),
  /** The address of the page, from the server's root on. */
  path: text('path').notNull(),
  /** The streams that the page showed when it was shared. One that is deleted later is simply not there. */
  streamIds: integer('stream_ids').array().notNull(),
  /** Whether the page shows hashtags over all streams. */
  trends: boolean('trends').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  /** From then on the link is refused. In whole seconds, as the link has it. */
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});
