import type { Scope } from '../shared/scope.ts';
import type { Grant } from './share-token.ts';

/** Who asks: found once for each HTTP request and each WebSocket, before anything else of it is read. */
export type Caller = {
  readonly scope: Scope;
  /** The name of the caller's key; null for a caller without one. */
  readonly keyName: string | null;
  /** The id of the caller's key; null without one, and for the key of API_KEY. */
  readonly keyId: number | null;
  /** What was shared with the caller, who sees that alone; null for everybody else. */
  readonly share: Grant | null;
  /** The IP address that the request came from. */
  readonly address: string;
  /** Whether the caller is shown the schema itself: introspection, GraphiQL, suggestions of names. */
  readonly seesSchema: boolean;
  /** Whether the caller's cost is counted against a limit. */
  readonly limited: boolean;
};

/** Who asks on this machine before there is any key. */
export const localCaller: Caller = {
  scope: 'admin',
  keyName: null,
  keyId: null,
  share: null,
  address: '127.0.0.1',
  seesSchema: true,
  limited: false,
};
