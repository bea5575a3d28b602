import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const button = cva(
  'inline-flex shrink-0 cursor-pointer select-none items-center justify-center gap-2 whitespace-nowrap rounded-control font-medium text-sm transition-colors duration-120 disabled:pointer-events-none disabled:opacity-50 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-brand text-brand-fg hover:bg-brand/90',
        outline: 'border border-line-strong bg-surface text-fg hover:bg-hover',
        ghost: 'text-fg-2 hover:bg-hover hover:text-fg data-[state=open]:bg-hover',
        danger: 'border border-line-strong bg-surface text-danger hover:bg-danger-soft',
        link: 'h-auto! p-0! text-brand underline underline-offset-2',
      },
      size: {
        md: 'h-8 px-3 pointer-coarse:h-10',
        sm: 'h-7 px-2.5 text-xs pointer-coarse:h-10',
        icon: 'size-8 pointer-coarse:size-10',
        'icon-sm': 'size-7 pointer-coarse:size-10',
      },
    },
    defaultVariants: { variant: 'outline', size: 'md' },
  },
);

type ButtonProps = ComponentProps<'button'> & VariantProps<typeof button> & { asChild?: boolean };

/** A button; with `asChild` its only child, usually a link, looks like one. */
export function Button({ className, variant, size, asChild = false, ...rest }: ButtonProps) {
  const Element = asChild ? Slot.Root : 'button';
  return (
    <Element
      type={asChild ? undefined : 'button'}
      className={cn(button({ variant, size }), className)}
      {...rest}
    />
  );
}

/** A button with only an icon: `label` is its name and its tooltip. */
export function IconButton({
  label,
  ...rest
}: Omit<ButtonProps, 'aria-label' | 'title'> & { label: string }) {
  return <Button variant="ghost" size="icon-sm" aria-label={label} title={label} {...rest} />;
}
