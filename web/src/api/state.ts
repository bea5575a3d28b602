import { useSyncExternalStore } from 'react';

type Connection = {
  /** Whether the server answered the last request. */
  readonly connected: boolean;
  /** When it stopped answering; null while it answers. */
  readonly lostAt: number | null;
  /** Whether the API requires a key. */
  readonly signedOut: boolean;
  /** Number of the socket for live data, counted from 1; null when there is none. */
  readonly socket: number | null;
};

let state: Connection = { connected: true, lostAt: null, signedOut: false, socket: null };
let sockets = 0;
const listeners = new Set<() => void>();

function set(next: Connection): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Notes whether the server answers. */
export function setConnected(connected: boolean): void {
  if (connected !== state.connected) set({ ...state, connected, lostAt: connected ? null : Date.now() });
}

/** Notes whether the API requires a key. */
export function setSignedOut(signedOut: boolean): void {
  if (signedOut !== state.signedOut) set({ ...state, signedOut });
}

/** Notes whether a socket for live data is open. */
export function setSocket(isOpen: boolean): void {
  if (isOpen) sockets += 1;
  set({ ...state, socket: isOpen ? sockets : null });
}

/** Whether the server answers, since when it does not, and whether it requires a key. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => state,
  );
}
