import { useEffect, useEffectEvent } from 'react';

/** Asks again every so many milliseconds while it is wanted and the page is in view: for what no event tells of. */
export function useAgain(isWanted: boolean, everyMs: number, ask: () => void): void {
  const again = useEffectEvent(() => {
    if (!document.hidden) ask();
  });
  useEffect(() => {
    if (!isWanted) return;
    const timer = setInterval(again, everyMs);
    return () => clearInterval(timer);
  }, [isWanted, everyMs]);
}
