import { pino } from 'pino';
import { type Access, createAccess } from '../../src/access/access.ts';
import { type KeyRing, openKeyRing } from '../../src/access/key-ring.ts';
import { createKey } from '../../src/access/keys.ts';
import type { Database } from '../../src/db/client.ts';
import type { Scope } from '../../src/shared/scope.ts';
import { afterwards } from './afterwards.ts';

const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });

type Options = { readonly off?: boolean; readonly apiKey?: string; readonly failures?: number };

/** Access by the keys of a test's store; keys are read again ten times a second. */
export async function openKeys(
  db: Database,
  { off = false, apiKey, failures = 1_000 }: Options = {},
): Promise<{ readonly access: Access; readonly keys: KeyRing }> {
  const keys = await openKeyRing(db, { apiKey: apiKey ?? null, log, everyMs: 100 });
  afterwards(() => keys.close());
  return { keys, access: createAccess({ keys, off, failures }) };
}

/** A new key of the test's store. */
export async function makeKey(
  db: Database,
  scope: Scope,
  { name = `${scope} ${Math.random().toString(36).slice(2)}`, expiresAt = null as Date | null } = {},
): Promise<{
  readonly name: string;
  readonly keyId: number;
  readonly token: string;
  readonly bearer: string;
}> {
  const { key, token } = await createKey({ db, now: new Date() }, { name, scope, expiresAt });
  return { name, keyId: key.keyId, token, bearer: `Bearer ${token}` };
}
