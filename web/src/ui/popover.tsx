import { Popover as Parts } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { floating } from './floating.ts';

/** Holds a popover's open state. */
export const Popover = Parts.Root;
/** Opens the popover around it. */
export const PopoverTrigger = Parts.Trigger;
/** Closes the popover around it. */
export const PopoverClose = Parts.Close;

/** What a popover shows. A screen reader says its `aria-label` when it opens. */
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
