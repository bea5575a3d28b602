import type { ReactNode } from 'react';

/** A page: its name in the browser's tab, and its content at the width of the grid. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[1400px] px-4 py-4 sm:px-8 sm:py-6 2xl:max-w-[1800px]">
      <title>{`${title} · larkstat`}</title>
      {children}
    </div>
  );
}

/** The grid of a page: 12 columns from 820 px on, one below. Cards say their share by `md:col-span-7`. */
export function Grid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-1 gap-4 md:grid-cols-12">{children}</div>;
}
