import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** A field of one line. Give it a label, or an `aria-label`. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      className={cn(
        'h-8 w-full min-w-0 rounded-control border border-line-input bg-surface px-3 text-fg text-sm placeholder:text-fg-3 aria-invalid:border-danger pointer-coarse:h-10 pointer-coarse:text-[16px]',
        className,
      )}
      {...rest}
    />
  );
}
