import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { StoreUnavailableError } from '../db/away.ts';
import type { Database } from '../db/client.ts';
import { apiKeys } from '../db/tables/keys.ts';
import { shares } from '../db/tables/shares.ts';
import { waitAtMost } from '../platform/wait-at-most.ts';
import type { Scope } from '../shared/scope.ts';
import { isUsable } from './keys.ts';
import { type Grant, readShareToken } from './share-token.ts';
import { type Share, shareSecret } from './shares.ts';
import { loadSecret } from './signed-link.ts';
import { hashOf } from './token.ts';

/** A key as this process knows it; `keyId` is null for the key of API_KEY. */
export type KnownKey = { readonly keyId: number | null; readonly name: string; readonly scope: Scope };

/**
 * All keys and shares of the store, in memory, so that finding one takes no statement and works while the database is
 * away. They are read every two seconds, so that each process learns of new and revoked ones.
 */
export type KeyRing = {
  /** Returns the usable key of a token; null when this process knows none. */
  find(token: string): KnownKey | null;
  /**
   * Returns what a share's token lets its bearer see; null when it is not signed, expired, revoked, or unknown here.
   */
  findShare(token: string): Grant | null;
  /** Whether this share can be used now. */
  isShared(shareId: number): boolean;
  /** Reads the keys and shares again, for an unknown token. Concurrent calls share one read. */
  readAgain(): Promise<void>;
  /**
   * Whether there has never been a key. (When the last key of a store has expired or was revoked, it is not open to
   * everybody.)
   */
  isEmpty(): boolean;
  /** Whether any key can be used now. */
  hasUsable(): boolean;
  /** Whether this key can be used now. */
  isValid(keyId: number | null): boolean;
  /** Calls back each time the keys have been read; returns a function that ends that. */
  onRead(callback: () => void): () => void;
  /** Records the use of a key, in the store at most once a minute. */
  recordUse(keyId: number): void;
  close(): Promise<void>;
};

type RingOptions = {
  /** An additional key of scope admin that is not in the store. */
  readonly apiKey: string | null;
  readonly log: Logger;
  readonly everyMs?: number;
};

/** A share as this process knows it. */
type KnownShare = { readonly grant: Grant; readonly expiresAt: Date };

type Row = typeof apiKeys.$inferSelect;

const defaultEveryMs = 2_000;
/** The store is read at most so often, however many unknown tokens come. */
const pauseMs = 100;
/** How long the sender of an unknown token waits for the store. */
const patienceMs = 2_000;
const useRecordedMs = 60_000;

/** Opens the key ring; rejects when the store cannot be read. */
export async function openKeyRing(
  db: Database,
  { apiKey, log, everyMs = defaultEveryMs }: RingOptions,
): Promise<KeyRing> {
  const fixed: Row | null = apiKey === null ? null : fixedKey(apiKey);
  const callbacks = new Set<() => void>();
  const recordedAt = new Map<number, number>();
  const closing = new AbortController();
  let byHash = new Map<string, Row>();
  let byId = new Map<number, Row>();
  let shared = new Map<number, KnownShare>();
  const secret = await loadSecret(db.sql, shareSecret);

  const read = async (): Promise<void> => {
    const [rows, shareRows] = await Promise.all([
      db.orm.select().from(apiKeys),
      db.orm.select().from(shares),
    ]);
    shared = new Map(shareRows.map((row) => [row.shareId, knownShareOf(row)]));
    byHash = new Map(rows.map((row) => [row.hash, row]));
    byId = new Map(rows.map((row) => [row.keyId, row]));
    for (const callback of callbacks) callback();
  };
  // One read at a time: an older read that ends later would restore outdated keys.
  const readSoon = coalesce(async () => {
    await sleep(pauseMs, undefined, { signal: closing.signal });
    await read();
  });

  await read();
  const watching = watch();

  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(everyMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      if (closing.signal.aborted) return;
      // Expired keys must be dropped even when the store cannot be read.
      await readSoon().catch((err: unknown) => {
        if (closing.signal.aborted) return;
        log.debug({ err }, 'the keys could not be read');
        for (const callback of callbacks) callback();
      });
    }
  }

  const now = () => new Date();
  return {
    find(token) {
      const hash = hashOf(token);
      const row = byHash.get(hash.toString('hex')) ?? fixed;
      if (row === null || !timingSafeEqual(Buffer.from(row.hash, 'hex'), hash)) return null;
      if (!isUsable(row, now())) return null;
      return { keyId: row === fixed ? null : row.keyId, name: row.name, scope: row.scope };
    },
    findShare(token) {
      const parts = readShareToken(secret, token);
      const known = parts === null ? undefined : shared.get(parts.shareId);
      // After a restore, a share's number may be reused with another expiry.
      if (known === undefined || known.expiresAt.getTime() !== parts?.expiresAt.getTime()) return null;
      return known.expiresAt > now() ? known.grant : null;
    },
    isShared: (shareId) => (shared.get(shareId)?.expiresAt ?? 0) > now(),
    readAgain: () => inTime(readSoon()),
    isEmpty: () => fixed === null && byHash.size === 0,
    hasUsable: () => fixed !== null || [...byHash.values()].some((row) => isUsable(row, now())),
    isValid(keyId) {
      if (keyId === null) return fixed !== null;
      const row = byId.get(keyId);
      return row !== undefined && isUsable(row, now());
    },
    onRead(callback) {
      callbacks.add(callback);
      return () => void callbacks.delete(callback);
    },
    recordUse(keyId) {
      if (Date.now() - (recordedAt.get(keyId) ?? 0) < useRecordedMs) return;
      recordedAt.set(keyId, Date.now());
      const update = sql`
        update api_keys set last_used_at = now()
        where key_id = ${keyId} and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
      db.orm.execute(update).catch((err: unknown) => log.debug({ err }, 'the use of a key was not recorded'));
    },
    async close() {
      closing.abort();
      // A pending read may wait for a database that does not answer; it is ended with it.
      await waitAtMost(1_000, watching);
    },
  };
}

const knownShareOf = ({ shareId, path, streamIds, trends, expiresAt }: Share): KnownShare => ({
  grant: { shareId, path, streamIds: new Set(streamIds), trends },
  expiresAt,
});

function fixedKey(token: string): Row {
  const none = { createdAt: new Date(0), expiresAt: null, lastUsedAt: null, revokedAt: null };
  return { ...none, keyId: 0, name: 'API_KEY', scope: 'admin', hash: hashOf(token).toString('hex') };
}

/** Runs the work after each call. Calls before a run begins share it, and runs never overlap. */
function coalesce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null;
        running = work();
        return running;
      });
    return next;
  };
}

/** Throws when the store does not answer in time, since the validity of the token is then unknown. */
async function inTime(reading: Promise<void>): Promise<void> {
  const controller = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: controller.signal, ref: false }).then(() => {
    throw new Error(`the keys could not be read in ${patienceMs / 1000} s`);
  });
  try {
    await Promise.race([reading, late]);
  } catch (error) {
    throw new StoreUnavailableError(error);
  } finally {
    late.catch(() => {});
    controller.abort();
  }
}
