import { Switch as Parts } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** A switch with immediate effect. */
export function Switch({ className, ...rest }: ComponentProps<typeof Parts.Root>) {
  return (
    <Parts.Root
      className={cn(
        'inline-flex h-5 w-9 shrink-0 cursor-pointer items-center rounded-full border border-line-input bg-surface-2 px-0.5 transition-colors duration-120 data-[state=checked]:border-brand data-[state=checked]:bg-brand',
        className,
      )}
      {...rest}
    >
      <Parts.Thumb className="size-3.5 rounded-full bg-fg-2 transition-transform duration-120 data-[state=checked]:translate-x-4 data-[state=checked]:bg-brand-fg" />
    </Parts.Root>
  );
}
