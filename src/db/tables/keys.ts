import { sql } from 'drizzle-orm';
import { integer, pgEnum, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { scopes } from '../../shared/scope.ts';
import { namesOf } from '../../shared/names.ts';
import { bytea } from './types.ts';

export const keyScope = pgEnum('key_scope', namesOf(scopes));

/** Keys of the API. A revoked key keeps its row: a store that ever had a key is never open without one. */
export const apiKeys = pgTable(
  'api_keys',
  {
    keyId: integer('key_id').primaryKey().generatedAlwaysAsIdentity(),
    name: text('name').notNull(),
    scope: keyScope('scope').notNull(),
    /** SHA-256 of the key, in hex. */
    hash: text('hash').notNull().unique(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    /** When it expires; null: never. */
    expiresAt: timestamp('expires_at', { withTimezone: true }),
    /** Exact to a minute. */
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
  },
  (t) => [uniqueIndex('api_keys_name').on(sql`lower(${t.name})`).where(sql`revoked_at is null`)],
);

/** Random bytes that all processes of a store share. The first process that needs one creates it. */
export const secrets = pgTable('secrets', {
  name: text('name').primaryKey(),
  value: bytea('value').notNull(),
});
