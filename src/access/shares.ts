import { desc, eq, gt, lte, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { shares } from '../db/tables/shares.ts';
import { BadInputError, must, NotFoundError } from '../shared/errors.ts';
import { withShare } from '../shared/share-path.ts';
import { loadSecret } from './signed-link.ts';
import { shareTokenOf } from './share-token.ts';

/** A shared page. */
export type Share = typeof shares.$inferSelect;

type Options = { readonly db: Database; readonly now: Date };

/** Limited, because each process has all shares in memory. */
const maxShares = 1_000;
const minuteMs = 60_000;
const longestMs = 30 * 24 * 60 * minuteMs;

/** The name of the secret that signs the tokens of shares. */
export const shareSecret = 'shares';

type NewShare = {
  readonly path: string;
  readonly streamIds: readonly number[];
  readonly trends: boolean;
  readonly expiresInMs: number;
};

/**
 * Shares a page, and deletes expired shares. Throws BAD_INPUT when the expiry is out of bounds, or there are too many
 * shares.
 */
export async function createShare(
  { db, now }: Options,
  { path, streamIds, trends, expiresInMs }: NewShare,
): Promise<Share> {
  if (!(expiresInMs >= minuteMs && expiresInMs <= longestMs)) {
    throw new BadInputError('A share lasts from a minute to 30 days: PT1M to P30D');
  }
  await db.orm.delete(shares).where(lte(shares.expiresAt, now));
  const [found] = await db.orm.select({ shares: sql<number>`count(*)::int` }).from(shares);
  if ((found?.shares ?? 0) >= maxShares) {
    throw new BadInputError(`Too many shares: ${maxShares} allowed. Revoke some, or wait until they expire`);
  }
  const expiresAt = new Date(Math.floor((now.getTime() + expiresInMs) / 1_000) * 1_000);
  const row = { path, streamIds: [...streamIds], trends, createdAt: now, expiresAt };
  const [share] = await db.orm.insert(shares).values(row).returning();
  return must(share, 'the row was inserted');
}

/** Lists the valid shares, newest first. */
export const listShares = ({ db, now }: Options): Promise<Share[]> =>
  db.orm.select().from(shares).where(gt(shares.expiresAt, now)).orderBy(desc(shares.shareId));

/** Revokes a share: its link is refused within seconds. Throws NOT_FOUND when there is none. */
export async function revokeShare({ db }: Pick<Options, 'db'>, shareId: number): Promise<void> {
  const gone = await db.orm.delete(shares).where(eq(shares.shareId, shareId)).returning();
  if (gone.length === 0) throw new NotFoundError('No such share');
}

/** Returns the address of a shared page with its token, from the server's root. */
export async function shareUrl({ db }: Pick<Options, 'db'>, share: Share): Promise<string> {
  const token = shareTokenOf(await loadSecret(db.sql, shareSecret), share);
  return withShare(share.path, token);
}
