import { useSyncExternalStore } from 'react';

/** What is about to be shared. */
export type Sharing = {
  /** The address of the page, with its query. */
  readonly path: string;
  /** The anchor of the one card that is to be embedded; null: the page. */
  readonly card: string | null;
};

let sharing: Sharing | null = null;
const listeners = new Set<() => void>();

function set(next: Sharing | null): void {
  sharing = next;
  for (const listener of listeners) listener();
}

/** Opens the dialog that shares the page that is shown, or a card of it. */
export const openSharing = (card: string | null = null): void =>
  set({ path: `${location.pathname}${location.search}`, card });

/** Closes it. */
export const closeSharing = (): void => set(null);

/** What is about to be shared; null while nothing is. */
export function useSharing(): Sharing | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => sharing,
  );
}
