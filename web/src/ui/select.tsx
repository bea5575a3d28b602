import { Check, ChevronDown } from 'lucide-react';
import { Select as Parts } from 'radix-ui';
import { cn } from './cn.ts';
import { floating, floatingItem } from './floating.ts';

/** Chooses one value of a list that is too long for segments. */
export function Select<Value extends string>(props: {
  /** The name of the choice, for screen readers. */
  label: string;
  value: Value;
  items: readonly { readonly value: Value; readonly label: string }[];
  onChange: (value: Value) => void;
  className?: string;
}) {
  const { label, value, items, onChange, className } = props;
  return (
    <Parts.Root value={value} onValueChange={(chosen) => onChange(chosen as Value)}>
      <Parts.Trigger
        aria-label={label}
        className={cn(
          'inline-flex h-8 cursor-pointer items-center justify-between gap-2 whitespace-nowrap rounded-control border border-line-strong bg-surface px-3 font-medium text-sm hover:bg-hover pointer-coarse:h-10',
          className,
        )}
      >
        <Parts.Value />
        <Parts.Icon>
          <ChevronDown size={14} className="text-fg-3" />
        </Parts.Icon>
      </Parts.Trigger>
      <Parts.Portal>
        <Parts.Content
          position="popper"
          sideOffset={6}
          className={cn(
            floating,
            'max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-hidden',
          )}
        >
          <Parts.Viewport className="p-1">
            {items.map((item) => (
              <Parts.Item
                key={item.value}
                value={item.value}
                className={cn(floatingItem, 'justify-between gap-6')}
              >
                <Parts.ItemText>{item.label}</Parts.ItemText>
                <Parts.ItemIndicator>
                  <Check size={14} />
                </Parts.ItemIndicator>
              </Parts.Item>
            ))}
          </Parts.Viewport>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
