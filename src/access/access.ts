import { LRUCache } from 'lru-cache';
import { RateLimitedError, UnauthenticatedError } from '../shared/errors.ts';
import type { Caller } from './caller.ts';
import type { KeyRing, KnownKey } from './key-ring.ts';
import { type Grant, isShareToken } from './share-token.ts';
import { tokenOf } from './token.ts';

/** What a request says of who sends it. */
export type Credentials = {
  /** As in the header of this name: `Bearer` and a key. */
  readonly authorization: string | undefined;
  /** The IP address that it comes from. */
  readonly address: string;
  /** Whether it comes from this machine, to a server that can be reached from this machine only. */
  readonly loopback: boolean;
};

/** Who may do what: the one place that decides. */
export type Access = {
  /**
   * Who asks. UNAUTHENTICATED when a key is needed and none that is valid was given; RATE_LIMITED when the address gave
   * too many that are not. At once for a key that is known already, and for a caller who needs none.
   */
  identify(credentials: Credentials): Caller | Promise<Caller>;
  /** Calls back once, within seconds, when the caller's key or share is valid no more; returns what ends the watch. */
  onEnd(caller: Caller, end: () => void): () => void;
};

type AccessOptions = {
  readonly keys: KeyRing;
  /** `AUTH=off`: whoever has no key may do everything. */
  readonly off: boolean;
  /** Unknown keys that one address may give in a minute. */
  readonly failures?: number;
};

const minuteMs = 60_000;
/** Addresses whose unknown keys are counted, at most: the longest unseen are forgotten. */
const maxAddresses = 10_000;

/** Decides by the keys of the store. Without any key, everybody on this machine may do everything. */
export function createAccess({ keys, off, failures = 20 }: AccessOptions): Access {
  const failed = new LRUCache<string, { count: number; readonly until: number }>({ max: maxAddresses });
  const isOpen = (loopback: boolean) => off || (loopback && keys.isEmpty());

  /** A valid key is never refused for what others at its address tried: behind a proxy that may be everybody. */
  const noteFailure = (address: string): void => {
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
    if (keyId !== null) keys.noteUse(keyId);
    return { scope, keyName: name, keyId, share: null, address, seesSchema: true, limited: true };
  };

  /** A key that is not known may have been made a moment ago. */
  const lookAgain = async (token: string | null, address: string): Promise<Caller> => {
    refuseGuesses(address);
    noteFailure(address);
    if (token !== null) await keys.readAgain();
    const found = token === null ? null : keys.find(token);
    if (found === null) throw new UnauthenticatedError('The key is unknown, expired or revoked');
    return withKey(found, address);
  };

  /** A share that is not known may have been made a moment ago. */
  const withShare = async (token: string, address: string): Promise<Caller> => {
    refuseGuesses(address);
    await keys.readAgain();
    const found = keys.findShare(token);
    if (found !== null) return sharedWith(found, address);
    noteFailure(address);
    throw new UnauthenticatedError('The link has expired or was revoked: ask for another one');
  };

  return {
    identify({ authorization, address, loopback }) {
      const token = tokenOf(authorization);
      // Before all else: whoever holds a share that has ended is not let in as somebody without a key.
      if (token !== null && isShareToken(token)) {
        const grant = keys.findShare(token);
        return grant === null ? withShare(token, address) : sharedWith(grant, address);
      }
      const known = token === null ? null : keys.find(token);
      if (known !== null) return withKey(known, address);
      if (isOpen(loopback)) return withoutKey(address, loopback);
      if (authorization !== undefined) return lookAgain(token, address);
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

/** Never without a limit: a link goes further than whoever made it knows. */
const sharedWith = (share: Grant, address: string): Caller => ({
  scope: 'read',
  keyName: null,
  keyId: null,
  share,
  address,
  seesSchema: false,
  limited: true,
});
