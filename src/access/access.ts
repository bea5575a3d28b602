import { LRUCache } from 'lru-cache';
import { RateLimitedError, UnauthenticatedError } from '../shared/errors.ts';
import type { Caller } from './caller.ts';
import type { KeyRing, KnownKey } from './key-ring.ts';
import { type Grant, isShareToken } from './share-token.ts';
import { tokenOf } from './token.ts';

/** What a request says about its sender. */
export type Credentials = {
  /** The value of the header: `Bearer` and a key. */
  readonly authorization: string | undefined;
  /** The IP address of the sender. */
  readonly address: string;
  /** Whether it comes from this machine, to a server that only this machine can reach. */
  readonly loopback: boolean;
};

/** Decides who may do what, in one place. */
export type Access = {
  /**
   * Identifies the caller. Throws UNAUTHENTICATED when a key is needed and no valid one was given; RATE_LIMITED when
   * the address gave too many invalid keys. Returns at once for a known key, and for a caller who needs none.
   */
  identify(credentials: Credentials): Caller | Promise<Caller>;
  /**
   * Calls back once, within seconds, when the caller's key or share becomes invalid; returns a function that ends the
   * watch.
   */
  onEnd(caller: Caller, end: () => void): () => void;
};

type AccessOptions = {
  readonly keys: KeyRing;
  /** `AUTH=off`: callers without a key may do everything. */
  readonly off: boolean;
  /** Most unknown keys that one address may give in a minute. */
  readonly failures?: number;
};

const minuteMs = 60_000;
/** Most addresses whose unknown keys are counted; the least recent are forgotten. */
const maxAddresses = 10_000;

/** Creates access control by the keys of the store. Without any key, everybody on this machine may do everything. */
export function createAccess({ keys, off, failures = 20 }: AccessOptions): Access {
  const failed = new LRUCache<string, { count: number; readonly until: number }>({ max: maxAddresses });
  const isOpen = (loopback: boolean) => off || (loopback && keys.isEmpty());

  /**
   * Only unknown keys count: a valid key is never refused because of others at its address, which may be a proxy for
   * everybody.
   */
  const countFailure = (address: string): void => {
    const now = Date.now();
    const before = failed.get(address);
    const entry = before && before.until > now ? before : { count: 0, until: now + minuteMs };
    entry.count += 1;
    failed.set(address, entry);
  };
  const refuseGuesses = (address: string): void => {
    const entry = failed.get(address);
    if (entry === undefined || entry.count < failures || entry.until <= Date.now()) return;
    throw new RateLimitedError(
      `Too many unknown keys from ${address}: ${failures} a minute allowed`,
      new Date(entry.until),
    );
  };

  const withKey = ({ keyId, name, scope }: KnownKey, address: string): Caller => {
    if (keyId !== null) keys.recordUse(keyId);
    return { scope, keyName: name, keyId, share: null, address, seesSchema: true, limited: true };
  };

  /** Reads the keys again: an unknown key may have been created a moment ago. */
  const retryKey = async (token: string | null, address: string): Promise<Caller> => {
    refuseGuesses(address);
    countFailure(address);
    if (token !== null) await keys.readAgain();
    const found = token === null ? null : keys.find(token);
    if (found === null) throw new UnauthenticatedError('The key is unknown, expired or revoked');
    return withKey(found, address);
  };

  /** Reads the shares again: an unknown share may have been created a moment ago. */
  const withShare = async (token: string, address: string): Promise<Caller> => {
    refuseGuesses(address);
    await keys.readAgain();
    const found = keys.findShare(token);
    if (found !== null) return sharedWith(found, address);
    countFailure(address);
    throw new UnauthenticatedError('The link has expired or was revoked: ask for another one');
  };

  return {
    identify({ authorization, address, loopback }) {
      const token = tokenOf(authorization);
      // Checked first, so that the holder of an ended share is not admitted as a caller without a key.
      if (token !== null && isShareToken(token)) {
        const grant = keys.findShare(token);
        return grant === null ? withShare(token, address) : sharedWith(grant, address);
      }
      const known = token === null ? null : keys.find(token);
      if (known !== null) return withKey(known, address);
      if (isOpen(loopback)) return withoutKey(address, loopback);
      if (authorization !== undefined) return retryKey(token, address);
      throw new UnauthenticatedError('A key is needed: send it as Authorization: Bearer <key>');
    },
    onEnd(caller, end) {
      const isOver = () => {
        if (caller.share !== null) return !keys.isShared(caller.share.shareId);
        return caller.keyName === null ? !isOpen(caller.seesSchema) : !keys.isValid(caller.keyId);
      };
      const stop = keys.onRead(() => {
        if (!isOver()) return;
        stop();
        end();
      });
      return stop;
    },
  };
}

const withoutKey = (address: string, loopback: boolean): Caller => ({
  scope: 'admin',
  keyName: null,
  keyId: null,
  share: null,
  address,
  seesSchema: loopback,
  limited: !loopback,
});

/** Always with a limit: a link may be passed on to many people. */
const sharedWith = (share: Grant, address: string): Caller => ({
  scope: 'read',
  keyName: null,
  keyId: null,
  share,
  address,
  seesSchema: false,
  limited: true,
});
