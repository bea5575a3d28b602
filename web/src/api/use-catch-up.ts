import { useEffect, useEffectEvent } from 'react';
import { useConnection } from './state.ts';

/** How long the server may take to begin the subscriptions of a new socket: it does not say when it has. */
const begunMs = 1_000;

/**
 * Asks a list again once the server tells of each change in it: when the page has been open for a moment, and when a lost
 * socket is back. What changes between the list's answer and its subscription, or while there is no socket, is told by no
 * event. Not needed beside a subscription that tells at once how things stand.
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
