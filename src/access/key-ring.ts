import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { StoreUnavailableError } from '../db/away.ts';
import type { Database } from '../db/client.ts';
import { apiKeys } from '../db/tables/keys.ts';
import { shares } from '../db/tables/shares.ts';
import { within } from '../platform/within.ts';
import type { Scope } from '../shared/scope.ts';
import { isUsable } from './keys.ts';
import { type Grant, readShareToken } from './share-token.ts';
import { type Share, shareSecret } from './shares.ts';
import { loadSecret } from './signed-link.ts';
import { hashOf } from './token.ts';

/** A key as this process knows it; `keyId` is null for the key of API_KEY. */
export type KnownKey = { readonly keyId: number | null; readonly name: string; readonly scope: Scope };

/**
 * All keys and shares of the store, in memory: finding one takes no statement, and goes on while the database is away. They are
 * read anew every two seconds, so that each process hears of a new or revoked one by then.
 */
export type KeyRing = {
  /** The usable key that a token stands for; null when this process knows none. */
  find(token: string): KnownKey | null;
  /** What the token of a share lets its bearer see; null when it is not signed, expired, revoked, or not known here. */
  findShare(token: string): Grant | null;
  /** Whether this share can be used at this moment. */
  isShared(shareId: number): boolean;
  /** Reads the keys and shares once more, for a token that is not known yet. Calls that come at the same time share it. */
  readAgain(): Promise<void>;
  /** Whether there never was a key: a store whose last key expired or was revoked is not open to everybody. */
  isEmpty(): boolean;
  /** Whether any key can be used at this moment. */
  hasUsable(): boolean;
  /** Whether this key can be used at this moment. */
  isValid(keyId: number | null): boolean;
  /** Calls back after each time the keys were read; returns what ends that. */
  onRead(callback: () => void): () => void;
  /** Notes that a key was used, in the store once a minute at most. */
  noteUse(keyId: number): void;
  close(): Promise<void>;
};

type RingOptions = {
  /** One more key, of scope admin, that is not in the store. */
  readonly apiKey: string | null;
  readonly log: Logger;
  readonly everyMs?: number;
};

/** A share as this process knows it. */
type KnownShare = { readonly grant: Grant; readonly expiresAt: Date };

type Row = typeof apiKeys.$inferSelect;

const defaultEveryMs = 2_000;
/** However many unknown tokens come, the store is not asked more often. */
const pauseMs = 100;
/** How long whoever sent an unknown token waits for the store. */
const patienceMs = 2_000;
const useNotedMs = 60_000;

/** Reads the keys; rejects when the store cannot be read. */
export async function openKeyRing(
  db: Database,
  { apiKey, log, everyMs = defaultEveryMs }: RingOptions,
): Promise<KeyRing> {
  const fixed: Row | null = apiKey === null ? null : fixedKey(apiKey);
  const callbacks = new Set<() => void>();
  const notedAt = new Map<number, number>();
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
  // One at a time: a read that began earlier and ended later would put back what has changed meanwhile.
  const readSoon = joined(async () => {
    await sleep(pauseMs, undefined, { signal: closing.signal });
    await read();
  });

  await read();
  const watching = watch();

  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(everyMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      if (closing.signal.aborted) return;
      // Without news of the store, expired keys still have to go.
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
      // The number of a share that a backup does not know may come again, with another end.
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
    noteUse(keyId) {
      if (Date.now() - (notedAt.get(keyId) ?? 0) < useNotedMs) return;
      notedAt.set(keyId, Date.now());
      const update = sql`
        update api_keys set last_used_at = now()
        where key_id = ${keyId} and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
      db.orm.execute(update).catch((err: unknown) => log.debug({ err }, 'the use of a key was not noted'));
    },
    async close() {
      closing.abort();
      // A read under way may wait for a database that does not answer; it ends with that.
      await within(1_000, watching);
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

/** Runs work after each call; calls that come while it has not begun share one run, and no two runs overlap. */
function joined(work: () => Promise<void>): () => Promise<void> {
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

/** Whether a token is valid is not known while the store does not say. */
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
