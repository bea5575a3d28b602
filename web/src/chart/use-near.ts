import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Charts are drawn when they are this many pixels below the window or nearer. */
const margin = 300;
/** Latest start of that, in milliseconds: visible charts come first. */
const latestMs = 500;

/**
 * Whether an element is in the window or close to it. Stays true from then on, and is true when the page is printed;
 * null until it is known. Charts that nobody scrolls to are not drawn.
 */
export function useNear(element: RefObject<Element | null>): boolean | null {
  const [isNear, setNear] = useState<boolean | null>(null);
  // When a page opens, the answer is known before the first frame. After a click the next frame is painted first, and
  // then the observer reports.
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
  // Safari supports it only in recent versions.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(run, latestMs);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(run, { timeout: latestMs });
  return () => cancelIdleCallback(handle);
}
