import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const chip = cva('inline-flex h-5 items-center gap-1 whitespace-nowrap rounded-full px-2 text-axis nums', {
  variants: {
    tone: {
      plain: 'bg-surface-2 text-fg-2',
      brand: 'bg-brand-soft text-fg',
      warn: 'bg-warn-soft text-warn',
      danger: 'bg-danger-soft text-danger',
    },
  },
  defaultVariants: { tone: 'plain' },
});

/** A small word beside a title: "42% unknown", "offline, as of 12:47". */
export function Chip({ tone, className, ...rest }: ComponentProps<'span'> & VariantProps<typeof chip>) {
  return <span className={cn(chip({ tone }), className)} {...rest} />;
}

/** The dot for live data; it does not pulse with reduced motion. */
export function LiveDot({ className }: { className?: string }) {
  return (
    <span aria-hidden className={cn('live-dot inline-block size-1.5 rounded-full bg-live', className)} />
  );
}
