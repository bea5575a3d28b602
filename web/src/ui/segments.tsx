import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

/** One choice of a segmented control. */
export type Segment<Value extends string> = {
  readonly value: Value;
  readonly label: ReactNode;
  readonly title?: string;
};

/** Chooses one of a few values: "Day Week Month". One is always chosen. */
export function Segments<Value extends string>(props: {
  /** The name of the choice, for screen readers. */
  label: string;
  value: Value;
  items: readonly Segment<Value>[];
  onChange: (value: Value) => void;
  small?: boolean;
  className?: string;
}) {
  const { label, value, items, onChange, small = false, className } = props;
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(chosen) => chosen !== '' && onChange(chosen as Value)} // safe: the values are those of the items
      className={cn(
        'inline-flex shrink-0 items-center gap-0.5 rounded-control bg-surface-2 p-0.5',
        className,
      )}
    >
      {items.map((item) => (
        <ToggleGroup.Item
          key={item.value}
          value={item.value}
          title={item.title}
          className={cn(
            'cursor-pointer whitespace-nowrap rounded-[5px] border border-transparent px-2.5 font-medium text-fg-2 text-xs transition-colors duration-120 hover:text-fg pointer-coarse:h-9',
            'data-[state=on]:border-line data-[state=on]:bg-surface data-[state=on]:text-fg dark:data-[state=on]:border-line-strong dark:data-[state=on]:bg-raised',
            small ? 'h-6' : 'h-7',
          )}
        >
          {item.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
