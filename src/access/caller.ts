import type { Scope } from '../shared/scope.ts';
import type { Grant } from './share-token.ts';

/** The caller, identified once for each HTTP request and each WebSocket, before anything else of it is read. */
export type Caller = {
  readonly scope: Scope;
  /** The name of the caller's key; null for a caller without one. */
  readonly keyName: string | null;
  /** The id of the caller's key; null without one, and for the key of API_KEY. */
  readonly keyId: number | null;
  /** The share of a caller who may see only that; null for everybody else. */
  readonly share: Grant | null;
  /** The IP address of the request. */
  readonly address: string;
  /** Whether the caller may see the schema itself: introspection, GraphiQL, suggested names. */
  readonly seesSchema: boolean;
  /** Whether a cost limit applies to the caller. */
  readonly limited: boolean;
};

/** A caller on this machine before any key exists. */
export const localCaller: Caller = {
  scope: 'admin',
  keyName: null,
  keyId: null,
  share: null,
  address: '127.0.0.1',
  seesSchema: true,
  limited: false,
};
