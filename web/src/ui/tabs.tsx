import { Tabs as Parts } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** Panels of which one is visible. For choices without panels use `Segments`: a tab must control a panel. */
export const Tabs = Parts.Root;
/** The content of a tab. */
export const TabsPanel = Parts.Content;

/** The row of tabs. */
export function TabsList({ className, ...rest }: ComponentProps<typeof Parts.List>) {
  return (
    <Parts.List className={cn('flex gap-4 border-b no-scrollbar overflow-x-auto', className)} {...rest} />
  );
}

/** One tab. */
export function Tab({ className, ...rest }: ComponentProps<typeof Parts.Trigger>) {
  return (
    <Parts.Trigger
      className={cn(
        '-mb-px h-9 cursor-pointer whitespace-nowrap border-transparent border-b-2 font-medium text-fg-2 text-sm hover:text-fg data-[state=active]:border-brand data-[state=active]:text-fg',
        className,
      )}
      {...rest}
    />
  );
}
