import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** How far below the window a chart is drawn already, in pixels. */
const margin = 300;
/** When that begins at the latest, in milliseconds: what is in view comes first. */
const latestMs = 500;

/**
 * Whether an element is in the window, or soon will be: from then on for good, and at once when the page is printed; null
 * until that is known. What nobody has scrolled to need not be drawn.
 */
export function useNear(element: RefObject<Element | null>): boolean | null {
  const [isNear, setNear] = useState<boolean | null>(null);
  // When a page opens, it is known before the first frame. After a click the next frame is shown first, and then the
  // observer reports it.
  useLayoutEffect(() => {
    const box = element.current?.getBoundingClientRect();
    if (box !== undefined && navigator.userActivation?.hasBeenActive === false)
      setNear(box.width > 0 && box.bottom > 0 && box.top < innerHeight);
  }, [element]);
  useEffect(() => {
    if (isNear === true || element.current === null) return;
    const box = element.current;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: `${margin}px` },
    );
    const watch = () => observer.observe(box);
    const stop = isNear === null ? undefined : whenIdle(watch);
    if (isNear === null) watch();
    const onPrint = () => flushSync(() => setNear(true));
    window.addEventListener('beforeprint', onPrint);
    return () => {
      stop?.();
      observer.disconnect();
      window.removeEventListener('beforeprint', onPrint);
    };
  }, [isNear, element]);
  return isNear;
}

function whenIdle(run: () => void): () => void {
  // Safari has had it for a short time only.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(run, latestMs);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(run, { timeout: latestMs });
  return () => cancelIdleCallback(handle);
}
