import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { isDuplicate } from '../db/away.ts';
import type { Database } from '../db/client.ts';
import { apiKeys } from '../db/tables/keys.ts';
import { BadInputError, must, NotFoundError } from '../shared/errors.ts';
import { rowIdOf } from '../shared/global-id.ts';
import type { Scope } from '../shared/scope.ts';
import { hashOf, makeToken } from './token.ts';

/** A key as its row tells of it; the key itself is not kept. */
export type Key = Omit<typeof apiKeys.$inferSelect, 'hash'>;

/** Each process keeps all of them in memory. */
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
 * Makes a key, and returns it: it is not kept, and cannot be shown again. BAD_INPUT when another key has the name, the
 * name is none, or the key would be expired already.
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
    throw new BadInputError(`The key would have expired already: ${expiresAt.toISOString()}`);
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

/** All keys, the newest first, revoked and expired ones included. */
export const listKeys = ({ db }: { readonly db: Database }): Promise<Key[]> =>
  db.orm.select(shown).from(apiKeys).orderBy(desc(apiKeys.keyId));

/** Revokes a key by its name or its id. NOT_FOUND when no key that is not revoked has it. */
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

/** Whether a key can be used at this moment. */
export const isUsable = (
  { expiresAt, revokedAt }: Pick<Key, 'expiresAt' | 'revokedAt'>,
  now: Date,
): boolean => revokedAt === null && (expiresAt === null || expiresAt > now);
