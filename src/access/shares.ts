import { desc, eq, gt, lte, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { shares } from '../db/tables/shares.ts';
import { BadInputError, must, NotFoundError } from '../shared/errors.ts';
import { withShare } from '../shared/share-path.ts';
import { loadSecret } from './signed-link.ts';
import { shareTokenOf } from './share-token.ts';

/** A page that was shared, as its row tells of it. */
export type Share = typeof shares.$inferSelect;

type Options = { readonly db: Database; readonly now: Date };

/** Each process keeps all of them in memory. */
const maxShares = 1_000;
const minuteMs = 60_000;
const longestMs = 30 * 24 * 60 * minuteMs;

/** The name of the secret that tokens of shares are signed with. */
export const shareSecret = 'shares';

type NewShare = {
  readonly path: string;
  readonly streamIds: readonly number[];
  readonly trends: boolean;
  readonly expiresInMs: number;
};

/** Shares a page; BAD_INPUT when it would expire too soon or too late, or too many are shared. Rows that have expired go. */
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

/** The shares that can be used, newest first. */
export const listShares = ({ db, now }: Options): Promise<Share[]> =>
  db.orm.select().from(shares).where(gt(shares.expiresAt, now)).orderBy(desc(shares.shareId));

/** Revokes a share: its link is refused within seconds. NOT_FOUND when there is none. */
export async function revokeShare({ db }: Pick<Options, 'db'>, shareId: number): Promise<void> {
  const gone = await db.orm.delete(shares).where(eq(shares.shareId, shareId)).returning();
  if (gone.length === 0) throw new NotFoundError('No such share');
}

/** The address of a shared page with its token, from the server's root on. */
export async function shareUrl({ db }: Pick<Options, 'db'>, share: Share): Promise<string> {
  const token = shareTokenOf(await loadSecret(db.sql, shareSecret), share);
  return withShare(share.path, token);
}
