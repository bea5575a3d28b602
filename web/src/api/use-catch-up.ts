import { useEffect, useEffectEvent } from 'react';
import { useConnection } from './state.ts';

/** How long the server may take to start the subscriptions of a new socket: it does not report when it has. */
const begunMs = 1_000;

/**
 * Requests a list again when the server sends every change of it: a moment after the page was opened, and when a lost
 * socket is back. No event reports changes between the list's response and its subscription, or while there is no
 * socket. Not needed beside a subscription that first sends the current state.
 */
export function useCatchUp(isWanted: boolean, ask: () => void): void {
  const { socket } = useConnection();
  const again = useEffectEvent(ask);
  useEffect(() => {
    if (!isWanted || socket === null) return;
    const timer = setTimeout(again, begunMs);
    return () => clearTimeout(timer);
  }, [isWanted, socket]);
}
