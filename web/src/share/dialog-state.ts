import { useSyncExternalStore } from 'react';

/** The content of the share dialog. */
export type Sharing = {
  /** The address of the page, with its query. */
  readonly path: string;
  /** The anchor of the card to embed; null: the whole page. */
  readonly card: string | null;
};

let sharing: Sharing | null = null;
const listeners = new Set<() => void>();

function set(next: Sharing | null): void {
  sharing = next;
  for (const listener of listeners) listener();
}

/** Opens the dialog that shares the current page, or one of its cards. */
export const openSharing = (card: string | null = null): void =>
  set({ path: `${location.pathname}${location.search}`, card });

/** Closes it. */
export const closeSharing = (): void => set(null);

/** What is being shared; null when the dialog is closed. */
export function useSharing(): Sharing | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => sharing,
  );
}
