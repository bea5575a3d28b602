import { cn } from './cn.ts';

/** A still grey shape for content that is loading. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('rounded bg-surface-2', className)} />;
}

// Not random: the same picture each time, without a jump when it is redrawn.
const heights = [
  35, 82, 57, 64, 76, 42, 88, 40, 70, 66, 52, 84, 31, 79, 60, 60, 80, 44, 62, 68, 48, 86, 55, 78,
];

/** The shape of a chart of bars. */
export function BarsSkeleton({ height }: { height: number }) {
  return (
    <div aria-hidden className="flex items-end gap-[3%] overflow-hidden pb-6" style={{ height }}>
      {heights.map((percent, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
        <div key={index} className="flex-1 rounded-sm bg-surface-2" style={{ height: `${percent}%` }} />
      ))}
    </div>
  );
}

/** The shape of a list with rows of 32 pixels. */
export function RowsSkeleton({ rows }: { rows: number }) {
  return (
    <div aria-hidden>
      {heights.slice(0, rows).map((percent, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
        <div key={index} className="flex h-8 items-center">
          <div
            className="h-4 rounded bg-surface-2"
            style={{ width: `${Math.max(30, 96 - index * 8 - (percent % 7))}%` }}
          />
        </div>
      ))}
    </div>
  );
}
