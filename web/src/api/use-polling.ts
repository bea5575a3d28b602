import { useEffect, useEffectEvent } from 'react';

/**
 * Repeats a request every so many milliseconds while it is wanted and the page is visible: for data that no event
 * reports.
 */
export function usePolling(isWanted: boolean, everyMs: number, ask: () => void): void {
  const again = useEffectEvent(() => {
    if (!document.hidden) ask();
  });
  useEffect(() => {
    if (!isWanted) return;
    const timer = setInterval(again, everyMs);
    return () => clearInterval(timer);
  }, [isWanted, everyMs]);
}
