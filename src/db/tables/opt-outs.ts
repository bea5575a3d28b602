import { sql } from 'drizzle-orm';
import { index, pgEnum, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { namesOf } from '../../shared/names.ts';
import { optOutKinds } from '../../shared/opt-out.ts';

export const optOutKind = pgEnum('opt_out_kind', namesOf(optOutKinds));

/**
 * Chatters and channels of Twitch that opted out: nothing of them is stored. Few rows, of no stream: each batch of chat
 * is checked against them.
 */
export const optOuts = pgTable(
  'opt_outs',
  {
    kind: optOutKind('kind').notNull(),
    /** In lower case. */
    login: text('login').notNull(),
    /** The known Twitch ids of the login's users: a login can change. */
    platformIds: text('platform_ids').array().notNull().default([]),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.login] }),
    index('opt_outs_ids').using('gin', t.platformIds).where(sql`${t.kind} = 'CHATTER'`),
  ],
);
