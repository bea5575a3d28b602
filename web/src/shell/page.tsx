import { type ReactNode, useEffect } from 'react';
import { whenPainted } from '../chart/painted.ts';

/**
 * A page: its title in the browser's tab, and its content at the width of the grid. `complete` means that all cards
 * have loaded. When they are also painted, `<main>` gets `data-complete` for tests, screenshots and measurements.
 */
export function Page(props: { title: string; complete?: boolean; children: ReactNode }) {
  const { title, complete = false, children } = props;
  useEffect(() => {
    if (!complete) return;
    const main = document.getElementById('content');
    // Not a React state: it would render the whole page again.
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
 * The grid of a page: 12 columns from 820 px on, one below. Cards set their share with `md:col-span-7`. On very wide
 * screens small cards fill the space beside tall ones.
 */
export function Grid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-1 gap-4 md:grid-cols-12 2xl:grid-flow-dense">{children}</div>;
}
