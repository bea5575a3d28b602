import { useEffect, useSyncExternalStore } from 'react';
import type { Pages } from './pages.ts';

/** Asks for the first page of a list, and returns whether it came or failed. */
export function useFirstPage<Row>(pages: Pages<Row>): boolean {
  useEffect(() => {
    if (!pages.loaded().isReady) void pages.loadAfter();
  }, [pages]);
  return useSyncExternalStore(pages.subscribe, () => {
    const { isReady, after } = pages.loaded();
    return isReady || after.kind === 'failed';
  });
}
