import { Progress as Parts } from 'radix-ui';
import { cn } from './cn.ts';

/** A progress bar, 0 to 1; null when unknown. */
export function Progress(props: { value: number | null; label: string; className?: string }) {
  const { value, label, className } = props;
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <Parts.Root
      value={percent}
      aria-label={label}
      className={cn('h-1.5 w-full overflow-hidden rounded-full bg-surface-2', className)}
    >
      <Parts.Indicator
        className={cn(
          'h-full rounded-full bg-brand transition-[width] duration-260 ease-out',
          percent === null && 'opacity-40',
        )}
        style={{ width: `${percent ?? 100}%` }}
      />
    </Parts.Root>
  );
}
