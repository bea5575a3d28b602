import { useEffect, useState } from 'react';
import { isAnyDue } from './due.ts';

/** Whether what is loaded has been painted, with each chart that is in view. */
export function usePainted(isLoaded: boolean): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    if (!isLoaded) return;
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      frame = requestAnimationFrame(() => {
        // What is drawn now is painted with this frame, after which the timer comes.
        const isDrawn = !isAnyDue();
        timer = setTimeout(() => (isDrawn && !isAnyDue() ? setPainted(true) : look()));
      });
    };
    look();
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      setPainted(false);
    };
  }, [isLoaded]);
  return isPainted;
}
