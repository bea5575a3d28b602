import { type RefObject, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** How far below the window a chart is drawn already, in pixels. */
const margin = 300;

/**
 * Whether an element is in the window or soon will be: from then on for good, and at once when the page is printed.
 * What nobody has scrolled to need not be drawn.
 */
export function useNear(element: RefObject<Element | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (isNear || element.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: `${margin}px` },
    );
    observer.observe(element.current);
    const onPrint = () => flushSync(() => setNear(true));
    window.addEventListener('beforeprint', onPrint);
    return () => {
      observer.disconnect();
      window.removeEventListener('beforeprint', onPrint);
    };
  }, [isNear, element]);
  return isNear;
}
