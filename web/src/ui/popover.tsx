import { Popover as Parts } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { floating } from './floating.ts';

/** Holds a popover's open state. */
export const Popover = Parts.Root;
/** Opens its popover. */
export const PopoverTrigger = Parts.Trigger;
/** Closes its popover. */
export const PopoverClose = Parts.Close;

/** The content of a popover. A screen reader says its `aria-label` when it opens. */
export function PopoverContent({
  className,
  ...rest
}: ComponentProps<typeof Parts.Content> & { 'aria-label': string }) {
  return (
    <Parts.Portal>
      <Parts.Content
        sideOffset={6}
        collisionPadding={12}
        className={cn(floating, 'w-72 p-4', className)}
        {...rest}
      />
    </Parts.Portal>
  );
}
