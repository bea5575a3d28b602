import type { ReactNode } from 'react';
import type { Change } from '../format/change.ts';
import { exact } from '../format/numbers.ts';
import { cn } from '../ui/cn.ts';

/** A total that selects what the chart below shows. */
export type StatTab<Key extends string> = {
  readonly key: Key;
  readonly label: string;
  /** Formatted: `compact(…)`, `rate(…)`. */
  readonly text: string;
  /** The exact figure, on hover. */
  readonly value: number | null;
  readonly change: Change;
  /** Whether more is better: only then is a rise green and a fall orange. */
  readonly upIsBetter?: boolean;
  /** `28% est.`: shown with the hatch. */
  readonly estimated?: string | undefined;
};

/** Totals in a row, two per row on phones: each is a button that shows its chart below. */
export function StatTabs<Key extends string>(props: {
  label: string;
  stats: readonly StatTab<Key>[];
  chosen: Key;
  onChoose: (key: Key) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no grid
    <div
      role="group"
      aria-label={props.label}
      className="grid grid-cols-2 overflow-hidden rounded-t-card border-b bg-line gap-px sm:grid-cols-3 lg:grid-flow-col lg:auto-cols-fr lg:grid-cols-none"
    >
      {props.stats.map((stat) => (
        <button
          key={stat.key}
          type="button"
          aria-pressed={stat.key === props.chosen}
          onClick={() => props.onChoose(stat.key)}
          className="group relative flex cursor-pointer flex-col items-start bg-surface px-4 py-3 text-left transition-colors duration-120 hover:bg-surface-2 max-sm:last:odd:col-span-2 sm:max-lg:[&:nth-child(3n+2):last-child]:col-span-2 sm:px-5"
        >
          <span className="block font-medium text-fg-2 text-xs group-aria-pressed:text-brand">
            {stat.label}
          </span>
          <span className="nums block font-semibold text-2xl" title={exact(stat.value)}>
            {stat.text}
          </span>
          <span className="flex min-h-4 flex-wrap items-center gap-x-2 text-xs">
            <ChangeText change={stat.change} upIsBetter={stat.upIsBetter ?? false} />
            {stat.estimated !== undefined && <Estimated>{stat.estimated}</Estimated>}
          </span>
          <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 group-aria-pressed:bg-brand" />
        </button>
      ))}
    </div>
  );
}

/** A change with its arrow; coloured only when up is better. */
export function ChangeText({ change, upIsBetter = false }: { change: Change; upIsBetter?: boolean }) {
  const tone =
    !upIsBetter || change.direction === 'same' || change.direction === 'none'
      ? 'text-fg-2'
      : change.direction === 'up'
        ? 'text-pos'
        : 'text-neg';
  const spoken = { up: 'up', down: 'down', same: '', none: '' }[change.direction];
  return (
    <span className={cn('nums', tone)}>
      <span aria-hidden>{change.arrow} </span>
      {spoken !== '' && <span className="sr-only">{spoken} </span>}
      {change.text}
    </span>
  );
}

/** Text with the hatch of estimates. */
export function Estimated({ children }: { children: ReactNode }) {
  return (
    <span className="nums inline-flex items-center gap-1 text-fg-2">
      <span aria-hidden className="hatch size-2.5 rounded-[2px] text-c1" />
      {children}
    </span>
  );
}
