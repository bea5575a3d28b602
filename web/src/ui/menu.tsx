import { Check } from 'lucide-react';
import { DropdownMenu as Parts } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { floating, floatingItem } from './floating.ts';

/** Holds a menu's open state. */
export const Menu = Parts.Root;
/** Opens its menu. */
export const MenuTrigger = Parts.Trigger;
/** A group of choices, of which one is selected. */
export const MenuChoices = Parts.RadioGroup;

/** The list that a menu opens. */
export function MenuContent({ className, ...rest }: ComponentProps<typeof Parts.Content>) {
  return (
    <Parts.Portal>
      <Parts.Content
        align="end"
        sideOffset={6}
        collisionPadding={12}
        className={cn(floating, 'min-w-44 p-1', className)}
        {...rest}
      />
    </Parts.Portal>
  );
}

/** One action. */
export function MenuItem({ className, ...rest }: ComponentProps<typeof Parts.Item>) {
  return <Parts.Item className={cn(floatingItem, className)} {...rest} />;
}

/** One choice of `MenuChoices`. */
export function MenuChoice({ className, children, ...rest }: ComponentProps<typeof Parts.RadioItem>) {
  return (
    <Parts.RadioItem className={cn(floatingItem, 'pr-3 pl-7', className)} {...rest}>
      <Parts.ItemIndicator className="-ml-5 absolute">
        <Check size={14} />
      </Parts.ItemIndicator>
      {children}
    </Parts.RadioItem>
  );
}

/** The quiet name of a group. */
export function MenuLabel({ className, ...rest }: ComponentProps<typeof Parts.Label>) {
  return <Parts.Label className={cn('px-2 py-1 text-fg-3 text-xs', className)} {...rest} />;
}

/** A line between groups. */
export function MenuLine() {
  return <Parts.Separator className="my-1 h-px bg-line" />;
}
