import { type ReactNode, useEffect } from 'react';
import { whenPainted } from '../chart/painted.ts';

/**
 * A page: its name in the browser's tab, and its content at the width of the grid. `complete` says that all its cards
 * have loaded. Once they are painted too, `<main>` carries `data-complete`, for whoever waits for it: tests, pictures, measures.
 */
export function Page(props: { title: string; complete?: boolean; children: ReactNode }) {
  const { title, complete = false, children } = props;
  useEffect(() => {
    if (!complete) return;
    const main = document.getElementById('content');
    // No state of the page: all of it would be made anew to say so.
    const cancel = whenPainted(() => main?.setAttribute('data-complete', ''));
    return () => {
      cancel();
      main?.removeAttribute('data-complete');
    };
  }, [complete]);
  return (
    <div className="mx-auto w-full max-w-[1400px] px-4 py-4 sm:px-8 sm:py-6 2xl:max-w-[1800px]">
      <title>{`${title} · larkstat`}</title>
      {children}
    </div>
  );
}

/**
 * The grid of a page: 12 columns from 820 px on, one below. Cards say their share by `md:col-span-7`. On a wall a small card
 * fills the place beside a tall one.
 */
export function Grid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-1 gap-4 md:grid-cols-12 2xl:grid-flow-dense">{children}</div>;
}
