import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { isDuplicate } from '../db/away.ts';
import type { Database } from '../db/client.ts';
import { apiKeys } from '../db/tables/keys.ts';
import { BadInputError, must, NotFoundError } from '../shared/errors.ts';
import { rowIdOf } from '../shared/global-id.ts';
import type { Scope } from '../shared/scope.ts';
import { hashOf, makeToken } from './token.ts';

/** The stored facts about a key; the key itself is not stored. */
export type Key = Omit<typeof apiKeys.$inferSelect, 'hash'>;

/** Limited, because each process has all keys in memory. */
const maxKeys = 1_000;

const { hash: _hash, ...shown } = {
  keyId: apiKeys.keyId,
  name: apiKeys.name,
  scope: apiKeys.scope,
  hash: apiKeys.hash,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
};

type NewKey = { readonly name: string; readonly scope: Scope; readonly expiresAt: Date | null };

/**
 * Creates a key and returns it. It is not stored and cannot be shown again. Throws BAD_INPUT when the name is invalid
 * or taken, or the expiry is in the past.
 */
export async function createKey(
  { db, now }: { readonly db: Database; readonly now: Date },
  { name, scope, expiresAt }: NewKey,
): Promise<{ readonly key: Key; readonly token: string }> {
  if (!/^[a-z][a-z0-9 ._-]{0,59}$/i.test(name)) {
    throw new BadInputError(
      'A name of a key begins with a letter and has up to 60 letters, digits, spaces, dots, dashes or underscores',
    );
  }
  if (expiresAt !== null && expiresAt <= now) {
    throw new BadInputError(`The expiry is in the past: ${expiresAt.toISOString()}`);
  }
  const [found] = await db.orm.select({ keys: sql<number>`count(*)::int` }).from(apiKeys);
  if ((found?.keys ?? 0) >= maxKeys) {
    throw new BadInputError(`Too many keys: ${maxKeys} allowed, revoked ones included`);
  }
  const token = makeToken();
  const row = { name, scope, expiresAt, hash: hashOf(token).toString('hex') };
  try {
    const [key] = await db.orm.insert(apiKeys).values(row).returning(shown);
    return { key: must(key, 'the row was inserted'), token };
  } catch (error) {
    if (isDuplicate(error)) {
      throw new BadInputError(`There is a key named ${name} already: revoke it, or take another name`);
    }
    throw error;
  }
}

/** Lists all keys, newest first, including revoked and expired ones. */
export const listKeys = ({ db }: { readonly db: Database }): Promise<Key[]> =>
  db.orm.select(shown).from(apiKeys).orderBy(desc(apiKeys.keyId));

/** Revokes a key by its name or id. Throws NOT_FOUND when there is no such key, or it is revoked already. */
export async function revokeKey(
  { db, now }: { readonly db: Database; readonly now: Date },
  nameOrId: string,
): Promise<Key> {
  const keyId = rowIdOf(nameOrId);
  const named =
    keyId === null ? eq(sql`lower(${apiKeys.name})`, nameOrId.toLowerCase()) : eq(apiKeys.keyId, keyId);
  const [key] = await db.orm
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(named, isNull(apiKeys.revokedAt)))
    .returning(shown);
  if (key === undefined) throw new NotFoundError(`No key in use is named ${nameOrId.slice(0, 60)}`);
  return key;
}

/** Whether a key can be used now. */
export const isUsable = (
  { expiresAt, revokedAt }: Pick<Key, 'expiresAt' | 'revokedAt'>,
  now: Date,
): boolean => revokedAt === null && (expiresAt === null || expiresAt > now);
