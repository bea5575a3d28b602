import { useEffect, useState } from 'react';

/** Whether what is loaded has been painted, charts included: their code comes later than the page's. */
export function usePainted(isLoaded: boolean): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    if (!isLoaded) return;
    let frame = 0;
    let isGone = false;
    void import('./chart-canvas.tsx').then(() => {
      if (isGone) return;
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(() => setPainted(true));
      });
    });
    return () => {
      isGone = true;
      cancelAnimationFrame(frame);
      setPainted(false);
    };
  }, [isLoaded]);
  return isPainted;
}
