import { type ReactNode, useLayoutEffect, useRef } from 'react';

/** A wide picture that scrolls sideways on a phone and starts at its newest end. */
export function Newest({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current !== null) box.current.scrollLeft = box.current.scrollWidth;
  }, []);
  return (
    <div ref={box} className="no-scrollbar overflow-x-auto">
      {children}
    </div>
  );
}
