import type { ReactNode } from 'react';

/** A titled part of a post's details. */
export function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-1.5 font-medium text-fg-2 text-xs">{title}</h2>
      {children}
    </section>
  );
}
