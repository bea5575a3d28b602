import { useEffect, useSyncExternalStore } from 'react';
import type { Pages } from './pages.ts';

/** Requests the first page of a list; returns whether it arrived or failed. */
export function useFirstPage<Row>(pages: Pages<Row>): boolean {
  useEffect(() => {
    if (!pages.loaded().isReady) void pages.loadAfter();
  }, [pages]);
  return useSyncExternalStore(pages.subscribe, () => {
    const { isReady, after } = pages.loaded();
    return isReady || after.kind === 'failed';
  });
}
